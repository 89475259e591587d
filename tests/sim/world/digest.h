// One number for a whole run: every byte sent, by whom, to whom and when, in order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "swim/bytes.h"

namespace hearsay::sim {

/// Two runs with the same digest did the same. Eight bytes at a step: it is always on. Not for secrets.
class Digest {
 public:
  void add(std::uint64_t word) noexcept { value_ = std::rotl((value_ ^ word) * 0x9E3779B97F4A7C15U, 29); }

  void add(swim::Bytes bytes) noexcept {
    add(bytes.size());
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
      add(word_at(bytes, at, 8));
    }
    if (at < bytes.size()) {
      add(word_at(bytes, at, bytes.size() - at));
    }
  }

  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

 private:
  static std::uint64_t word_at(swim::Bytes bytes, std::size_t at, std::size_t size) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, size);
    if constexpr (std::endian::native == std::endian::big) {
      word = __builtin_bswap64(word);
    }
    return word;
  }

  std::uint64_t value_ = 0;
};

}  // namespace hearsay::sim
