// How long a suspicion lasts (proto/memberlist.md, "Suspicion").
//
// Lifeguard: a suspicion starts with the longest timeout, and each further member that suspects the
// same one shortens it, on a logarithmic scale, down to the shortest.
#pragma once

#include <cstddef>

#include "swim/config.h"
#include "swim/time.h"

namespace hearsay::swim {

struct SuspicionBounds {
  Duration min;
  Duration max;
  /// Accusers beside the first that bring the timeout down to `min`. 0: it starts there.
  int confirmations_needed;
};

/// `nodes` counts everybody in the detector's list, ourselves and the dead included.
[[nodiscard]] SuspicionBounds suspicion_bounds(const Timing& timing, std::size_t nodes) noexcept;

/// From the start of the suspicion to its end. Confirmations past those needed change nothing.
[[nodiscard]] Duration suspicion_timeout(const SuspicionBounds& bounds, int confirmations) noexcept;

}  // namespace hearsay::swim
