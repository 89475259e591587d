#include "swim/members/probe_order.h"

#include <numeric>

namespace hearsay::swim {

namespace {

/// The same bits for everybody: splitmix64's finish.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// Beats, an hour of them: who is past the largest number and who is not yet are so near each other.
constexpr std::uint32_t turn_of_numbers = 1U << 12U;

/// A step from which every place of `places` is come to before any a second time.
std::uint64_t stride(std::uint64_t bits, std::uint64_t places) noexcept {
  std::uint64_t step = 1 + bits % places;
  while (std::gcd(step, places) != 1) {
    ++step;
  }
  return step;
}

}  // namespace

std::size_t probe_offset(std::uint32_t beat, std::size_t ring) noexcept {
  const std::uint64_t places = ring - 1;
  const std::uint64_t bits = mixed(beat / places);
  const std::uint64_t turn = beat % places;
  return 1 + ((bits >> 32U) + turn * stride(bits & 0xffffffffU, places)) % places;
}

std::uint32_t catch_up(std::uint32_t own, std::uint32_t heard) noexcept {
  constexpr std::uint32_t beats = 1U << (32U - beat_shift);
  const std::uint32_t at = own >> beat_shift;
  const std::uint32_t to = heard >> beat_shift;
  const std::uint32_t ahead = (to - at) % beats;
  // Only near the end of the numbers is a small one a later one: else every ping of an agent that numbers
  // them from 1 would be, as soon as half of the numbers are used.
  const bool later = to > at ? ahead < beats - turn_of_numbers : ahead < turn_of_numbers;
  return ahead > 1 && later ? beats_after(own, ahead - 1) : own;
}

}  // namespace hearsay::swim
