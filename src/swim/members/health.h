// How well this node itself is doing: Lifeguard's local health multiplier
// (proto/memberlist.md, "Health").
#pragma once

#include <algorithm>

#include "swim/invariant.h"
#include "swim/time.h"

namespace hearsay::swim {

/// A score from 0, well, to max-1. A node whose own probes go wrong is likelier to be the sick one,
/// so it probes more slowly and gives the others longer to answer.
class Health {
 public:
  /// `max` is Timing::awareness_max and at least 1.
  explicit Health(int max) noexcept : worst_(max - 1) { HEARSAY_INVARIANT(max >= 1); }

  [[nodiscard]] int score() const noexcept { return score_; }

  /// Bad news is positive, good news negative. The score stays within its bounds.
  void apply(int delta) noexcept { score_ = std::clamp(score_ + delta, 0, worst_); }

  /// The interval to use in place of `base`: `base` times (score + 1).
  [[nodiscard]] Duration scale(Duration base) const noexcept { return base * (score_ + 1); }

 private:
  int worst_;
  int score_ = 0;
};

}  // namespace hearsay::swim
