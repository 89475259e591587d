// What may be done so many times in an interval, and not more.
#pragma once

#include <cstddef>

#include "swim/time.h"

namespace hearsay::swim {

struct Allowance {
  std::size_t most;
  std::size_t remaining = most;
  Instant renewed{};

  /// Takes so many of them. False, and nothing is taken, if fewer are left in this interval.
  [[nodiscard]] bool take(Instant now, Duration interval, std::size_t wanted = 1) noexcept {
    if (now - renewed >= interval) {
      *this = {.most = most, .renewed = now};
    }
    const bool enough = wanted <= remaining;
    remaining -= enough ? wanted : 0;
    return enough;
  }
};

}  // namespace hearsay::swim
