// The core's only randomness: one stream of numbers grown from the seed its host gives it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace hearsay::swim {

/// xoshiro256** (Blackman and Vigna), seeded through SplitMix64. The same seed gives the same
/// numbers on every compiler and CPU, which std::shuffle and the std distributions do not.
/// Not for secrets: nonces and keys come from the host.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept {
    for (auto& word : state_) {
      seed += 0x9E3779B97F4A7C15U;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
      z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
      word = z ^ (z >> 31U);
    }
  }

  std::uint64_t next() noexcept {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform in [0, bound); 0 when bound is 0. Lemire's multiply with rejection: no modulo bias.
  std::uint32_t below(std::uint32_t bound) noexcept {
    if (bound == 0) {
      return 0;
    }
    const std::uint32_t floor = (0U - bound) % bound;
    for (;;) {
      const std::uint64_t wide = (next() >> 32U) * bound;
      if (static_cast<std::uint32_t>(wide) >= floor) {
        return static_cast<std::uint32_t>(wide >> 32U);
      }
    }
  }

  /// Uniform in [0, 1), with 53 bits.
  double unit() noexcept { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

  /// Fisher-Yates.
  template <class T>
  void shuffle(std::span<T> items) noexcept {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[below(static_cast<std::uint32_t>(i))]);
    }
  }

 private:
  std::uint64_t state_[4];
};

}  // namespace hearsay::swim
