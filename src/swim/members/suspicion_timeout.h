// How long a suspicion lasts (proto/memberlist.md, "Suspicion").
//
// Lifeguard: a suspicion starts with the longest timeout, and each further member that suspects the
// same one shortens it, on a logarithmic scale, down to the shortest.
#pragma once

#include <algorithm>
#include <cstddef>

#include "swim/config.h"
#include "swim/time.h"

namespace hearsay::swim {

struct SuspicionBounds {
  Duration min;
  Duration max;
  /// Accusers beside the first that bring the timeout down to `min`. 0: it starts there.
  int confirmations_needed;
  /// With so many it is down to `witnessed`, which is shorter than `min`. 0: never.
  int witnesses_needed = 0;
  Duration witnessed{};

  [[nodiscard]] int confirmations_counted() const noexcept {
    return std::max(confirmations_needed, witnesses_needed);
  }
};

/// How many of those who hear of a suspicion look for themselves.
inline constexpr std::size_t witnesses_wanted = 10;

/// `nodes` counts everybody in the detector's list, ourselves and the dead included.
[[nodiscard]] SuspicionBounds suspicion_bounds(const Timing& timing, std::size_t nodes) noexcept;

/// The same where members look for themselves before they confirm: then the word of many counts for more.
[[nodiscard]] SuspicionBounds witnessed_bounds(const Timing& timing, std::size_t nodes) noexcept;

/// For a member that fails and comes back all the time: twice as long, and never short.
[[nodiscard]] SuspicionBounds damped_bounds(const SuspicionBounds& bounds) noexcept;

/// From the start of the suspicion to its end. Confirmations past those needed change nothing.
[[nodiscard]] Duration suspicion_timeout(const SuspicionBounds& bounds, int confirmations) noexcept;

}  // namespace hearsay::swim
