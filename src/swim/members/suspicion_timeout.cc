#include "swim/members/suspicion_timeout.h"

#include <algorithm>

#include "swim/invariant.h"

namespace hearsay::swim {
namespace {

constexpr double ln_2 = 0x1.62e42fefa39efp-1;
constexpr double ln_10 = 0x1.26bb1bbb55516p+1;

/// Natural logarithm of `x` >= 1. libm's differs in the last bit between CPUs; this one is made of
/// the operations IEEE 754 defines exactly, so every node computes the same number.
/// x = 2^k * m, 1 <= m < 2; ln m = 2 (z + z^3/3 + z^5/5 + ...) with z = (m-1)/(m+1) < 1/3, where
/// 18 terms leave less than 2^-57.
double ln(double x) noexcept {
  int k = 0;
  while (x >= 2) {
    x /= 2;
    ++k;
  }
  const double z = (x - 1) / (x + 1);
  double power = z;
  double sum = 0;
  for (int odd = 1; odd <= 35; odd += 2) {
    sum += power / odd;
    power *= z * z;
  }
  return k * ln_2 + 2 * sum;
}

/// floor(1000 * max(1, log10(n))). The whole part is counted in integers, so powers of ten are
/// exact; no other n up to a million comes nearer to a step than 2e-8.
int log10_permille(std::size_t n) noexcept {
  int whole = 0;
  double unit = 1;
  for (std::size_t rest = n; rest >= 10; rest /= 10) {
    ++whole;
    unit *= 10;
  }
  if (whole == 0) {
    return 1000;
  }
  return whole * 1000 + static_cast<int>(1000 * (ln(static_cast<double>(n) / unit) / ln_10));
}

/// Beside the first accuser. Lost packets make a false one out of a thousand probes or fewer.
constexpr int witnesses = 5;
/// In a small cluster too a suspect has so many intervals to refute.
constexpr int witnessed_intervals_min = 3;

double seconds(Duration d) noexcept {
  return std::chrono::duration<double>(d).count();
}

}  // namespace

SuspicionBounds suspicion_bounds(const Timing& timing, std::size_t nodes) noexcept {
  const Duration min = timing.suspicion_mult * log10_permille(nodes) * timing.probe_interval / 1000;
  const int wanted = std::max(0, timing.suspicion_mult - 2);
  // Beside the suspect and ourselves there must be enough members left to confirm.
  const bool enough = nodes >= static_cast<std::size_t>(wanted) + 2;
  return {.min = min,
          .max = timing.suspicion_max_timeout_mult * min,
          .confirmations_needed = enough ? wanted : 0};
}

SuspicionBounds witnessed_bounds(const Timing& timing, std::size_t nodes) noexcept {
  SuspicionBounds bounds = suspicion_bounds(timing, nodes);
  const Duration shorter = std::max(bounds.min * 7 / 16, witnessed_intervals_min * timing.probe_interval);
  if (shorter < bounds.min && nodes >= static_cast<std::size_t>(witnesses) + 2) {
    bounds.witnesses_needed = witnesses;
    bounds.witnessed = shorter;
  }
  return bounds;
}

SuspicionBounds damped_bounds(const SuspicionBounds& bounds) noexcept {
  return {.min = 2 * bounds.min, .max = 2 * bounds.max, .confirmations_needed = bounds.confirmations_needed};
}

Duration suspicion_timeout(const SuspicionBounds& bounds, int confirmations) noexcept {
  HEARSAY_INVARIANT(confirmations >= 0);
  if (bounds.witnesses_needed > 0 && confirmations >= bounds.witnesses_needed) {
    return bounds.witnessed;
  }
  if (confirmations >= bounds.confirmations_needed) {
    return bounds.min;
  }
  if (confirmations == 0) {
    return bounds.max;
  }
  const double max = seconds(bounds.max);
  const double share = ln(confirmations + 1.0) / ln(bounds.confirmations_needed + 1.0);
  const double shortened = max - share * (max - seconds(bounds.min));
  // Not negative: cutting off rounds down.
  const auto whole = std::chrono::milliseconds(static_cast<std::int64_t>(1000 * shortened));
  return std::max<Duration>(bounds.min, whole);
}

}  // namespace hearsay::swim
