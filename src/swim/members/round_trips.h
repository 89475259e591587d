// How long an answer takes, as far as this node has seen (RFC 6298's estimate, over all members).
#pragma once

#include <algorithm>

#include "swim/time.h"

namespace hearsay::swim {

/// What is usual here and now: distance, and how busy this node and its peers are.
class RoundTrips {
 public:
  /// Of any answered probe. An answer that came another way took longer, which errs on the patient side.
  void learn(Duration sample) noexcept {
    if (smoothed_ == Duration::zero()) {
      smoothed_ = sample;
      variation_ = sample / 2;
      return;
    }
    const Duration off = sample > smoothed_ ? sample - smoothed_ : smoothed_ - sample;
    variation_ += (off - variation_) / 4;
    smoothed_ += (sample - smoothed_) / 8;
  }

  /// How long to wait for a direct answer before others are asked, from a tenth of `most` up to `most`;
  /// `most` while nothing is known. `distance`: the round trip that is expected of this member.
  [[nodiscard]] Duration patience(Duration distance, Duration most) const noexcept {
    if (smoothed_ == Duration::zero()) {
      return most;
    }
    return std::clamp(std::max(3 * distance, smoothed_ + 4 * variation_), most / 10, most);
  }

 private:
  Duration smoothed_{};
  Duration variation_{};
};

}  // namespace hearsay::swim
