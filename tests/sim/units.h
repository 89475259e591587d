// Durations as numbers for people, and the middle and the worst of many.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "swim/time.h"

namespace hearsay::sim {

[[nodiscard]] inline double seconds(swim::Duration d) {
  return std::chrono::duration<double>(d).count();
}

[[nodiscard]] inline double ms(swim::Duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

[[nodiscard]] inline swim::Duration from_ms(double t) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(t * 1e6));
}

/// The value that `share` of them are below; 1: the largest. Zero if there is none.
[[nodiscard]] inline swim::Duration quantile(const std::vector<swim::Duration>& ascending, double share) {
  if (ascending.empty()) {
    return swim::Duration::zero();
  }
  const auto at = static_cast<std::size_t>(share * static_cast<double>(ascending.size()));
  return ascending[std::min(at, ascending.size() - 1)];
}

}  // namespace hearsay::sim
