// Waiting longer after each failure, and not all at the same time.
#pragma once

#include <sodium.h>

#include <algorithm>
#include <chrono>

namespace hearsay::agent {

/// The first wait is `first`; each further one doubles, up to `most`, and all but the first are up to a
/// quarter shorter by lot, in whole seconds where they last that long.
class Backoff {
 public:
  using Duration = std::chrono::nanoseconds;

  static constexpr Duration most_by_default = std::chrono::minutes(5);

  explicit Backoff(Duration first, Duration most = most_by_default) noexcept
      : first_(first), most_(std::max(first, most)) {}

  /// The next failure begins anew.
  void reset() noexcept { next_ = Duration::zero(); }

  [[nodiscard]] Duration next() noexcept {
    if (next_ == Duration::zero()) {
      next_ = std::min(2 * first_, most_);
      return first_;
    }
    const Duration wait = shortened(next_);
    next_ = std::min(2 * next_, most_);
    return wait;
  }

  /// Up to a quarter less, by lot.
  [[nodiscard]] static Duration shortened(Duration wait) noexcept {
    const Duration unit =
        wait >= std::chrono::seconds(4) ? Duration(std::chrono::seconds(1)) : Duration(1000);
    return wait - unit * randombytes_uniform(static_cast<std::uint32_t>(wait / 4 / unit) + 1);
  }

 private:
  Duration first_;
  Duration most_;
  Duration next_{};
};

}  // namespace hearsay::agent
