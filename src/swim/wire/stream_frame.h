// The frame of a sealed message on a stream: 0a, a length of four bytes, and what it counts.
#pragma once

#include <array>

#include "swim/bytes.h"

namespace hearsay::swim::wire {

inline constexpr std::size_t frame_head_size = 5;
using FrameHead = std::array<std::byte, frame_head_size>;

[[nodiscard]] FrameHead make_frame_head(std::size_t sealed_size) noexcept;
[[nodiscard]] std::size_t sealed_size_of(Bytes frame_head) noexcept;

/// What the seal of a frame covers besides the message: the head and the label.
void frame_aad(Bytes frame_head, Bytes label, Buffer& out);

}  // namespace hearsay::swim::wire
