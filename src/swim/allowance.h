// What may be done so many times in an interval, and not more.
#pragma once

#include "swim/time.h"

namespace hearsay::swim {

struct Allowance {
  int most;
  int remaining = most;
  Instant renewed{};

  /// False if it was done as often in this interval.
  [[nodiscard]] bool take(Instant now, Duration interval) noexcept {
    if (now - renewed >= interval) {
      *this = {.most = most, .renewed = now};
    }
    return remaining > 0 && remaining-- > 0;
  }
};

}  // namespace hearsay::swim
