// The numbers that both directions of LZW share.
#pragma once

#include <cstdint>

namespace hearsay::swim::wire::lzw {

inline constexpr std::uint32_t clear_code = 256;
inline constexpr std::uint32_t end_code = 257;
inline constexpr std::uint32_t first_free_code = 258;
inline constexpr std::uint32_t code_count = 4096;
inline constexpr unsigned width_min = 9;
inline constexpr unsigned width_max = 12;

}  // namespace hearsay::swim::wire::lzw
