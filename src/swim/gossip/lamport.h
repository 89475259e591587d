// Logical time: who knew what when (proto/serf.md, "Lamport clocks").
#pragma once

#include <algorithm>
#include <cstdint>

namespace hearsay::swim {

/// Times from the network at or above this are refused. No honest cluster gets there, and a clock
/// that followed such a claim would have no room left to count up.
inline constexpr std::uint64_t lamport_limit = std::uint64_t{1} << 63U;

/// Greater than every time it has witnessed.
class LamportClock {
 public:
  [[nodiscard]] std::uint64_t time() const noexcept { return time_; }

  /// Counts one up and returns the new time.
  std::uint64_t increment() noexcept { return ++time_; }

  /// Somebody has seen `seen`: from now on this clock is past it. False, and nothing changes, for a
  /// time that is refused.
  bool witness(std::uint64_t seen) noexcept {
    if (seen >= lamport_limit) {
      return false;
    }
    time_ = std::max(time_, seen + 1);
    return true;
  }

 private:
  std::uint64_t time_ = 0;
};

}  // namespace hearsay::swim
