// Logical time: who knew what when (proto/serf.md, "Lamport clocks").
#pragma once

#include <algorithm>
#include <cstdint>

namespace hearsay::swim {

/// A time from the network at or above this is refused, unless it is at most this many steps ahead:
/// no honest cluster gets there by counting, and a clock that followed one claim to the top would
/// have no room left. A clock that was led to just below the limit goes on counting past it.
inline constexpr std::uint64_t lamport_limit = std::uint64_t{1} << 63U;
inline constexpr std::uint64_t lamport_step_max = 512;

/// Greater than every time it has witnessed.
class LamportClock {
 public:
  [[nodiscard]] std::uint64_t time() const noexcept { return time_; }

  /// Counts one up and returns the new time.
  std::uint64_t increment() noexcept { return ++time_; }

  /// Somebody has seen `seen`: from now on this clock is past it. False, and nothing changes, for a
  /// time that is refused.
  bool witness(std::uint64_t seen) noexcept {
    if (seen >= lamport_limit && seen > time_ && seen - time_ > lamport_step_max) {
      return false;
    }
    time_ = std::max(time_, seen + 1);
    return true;
  }

 private:
  std::uint64_t time_ = 0;
};

}  // namespace hearsay::swim
