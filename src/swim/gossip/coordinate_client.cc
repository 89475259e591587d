// Every number here is Serf's, bit for bit: estimates must agree between the two. Only + - * / and
// sqrt are used, which IEEE 754 defines exactly.
#include "swim/gossip/coordinate_client.h"

#include <algorithm>
#include <cmath>

namespace hearsay::swim {
namespace {

using Vec = std::array<double, coordinate_dimensions>;

constexpr double error_max = 1.5;
constexpr double error_share = 0.25;  // Vivaldi's c_e: how far one sample moves the error
constexpr double force_share = 0.25;  // Vivaldi's c_c: how far one sample moves the node
constexpr double height_min = 1e-5;
constexpr double gravity_rho = 150;
constexpr double zero_threshold = 1e-6;
constexpr Duration rtt_max = std::chrono::seconds(10);

Vec difference(const Vec& a, const Vec& b) noexcept {
  Vec out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = a[i] - b[i];
  }
  return out;
}

void scale(Vec& vec, double factor) noexcept {
  for (double& component : vec) {
    component *= factor;
  }
}

double magnitude(const Vec& vec) noexcept {
  double sum = 0;
  for (const double component : vec) {
    sum += component * component;
  }
  return std::sqrt(sum);
}

/// Makes `vec` one long and returns how long it was; false if it is too short to have a direction.
bool normalize(Vec& vec, double& length) noexcept {
  length = magnitude(vec);
  if (!(length > zero_threshold)) {
    return false;
  }
  scale(vec, 1.0 / length);
  return true;
}

/// A unit vector that points at `a` from `b`, and their separation. Two that stand in one place are
/// driven apart in a random direction, with separation 0.
Vec direction(const Vec& a, const Vec& b, Random& random, double& separation) noexcept {
  Vec out = difference(a, b);
  if (normalize(out, separation)) {
    return out;
  }
  for (double& component : out) {
    component = random.unit() - 0.5;
  }
  const bool usable = normalize(out, separation);
  separation = 0;
  return usable ? out : Vec{1.0};
}

double raw_distance(const Coordinate& a, const Coordinate& b) noexcept {
  return magnitude(difference(a.vec, b.vec)) + a.height + b.height;
}

/// Pushes `at` away from `other` by `force`, or towards it when negative.
void apply_force(Coordinate& at, double force, const Coordinate& other, Random& random) noexcept {
  double separation = 0;
  Vec push = direction(at.vec, other.vec, random, separation);
  scale(push, force);
  for (std::size_t i = 0; i < push.size(); ++i) {
    at.vec[i] += push[i];
  }
  if (separation > zero_threshold) {
    const double height = (at.height + other.height) * force / separation + at.height;
    at.height = std::max(height, height_min);
  }
}

/// Seconds as Serf reads them out of a duration: the fraction is added to the whole seconds.
double to_seconds(Duration d) noexcept {
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t whole = d.count() / second;
  return static_cast<double>(whole) + static_cast<double>(d.count() % second) / static_cast<double>(second);
}

/// Seconds as they come back from a duration. Beyond what a duration holds there is nothing to round.
double in_nanoseconds(double seconds) noexcept {
  constexpr double representable = 9e9;
  if (!(std::fabs(seconds) < representable)) {
    return seconds;
  }
  return to_seconds(Duration(static_cast<std::int64_t>(seconds * 1e9)));
}

bool plausible(const Coordinate& other) noexcept {
  return other.valid() && other.error >= 0 && other.height >= 0;
}

}  // namespace

double distance(const Coordinate& a, const Coordinate& b) noexcept {
  const double raw = raw_distance(a, b);
  const double adjusted = raw + a.adjustment + b.adjustment;
  return in_nanoseconds(adjusted > 0 ? adjusted : raw);
}

double CoordinateClient::LatencyFilter::median_with(double sample) noexcept {
  if (count == samples.size()) {
    std::shift_left(samples.begin(), samples.end(), 1);
    --count;
  }
  samples[count++] = sample;
  // sorted[count / 2]
  const auto [low, high] = std::minmax(samples[0], samples[1]);
  switch (count) {
    case 1:
      return samples[0];
    case 2:
      return high;
    default:
      return std::clamp(samples[2], low, high);
  }
}

void CoordinateClient::move_by_vivaldi(const Coordinate& other, double rtt, Random& random) {
  rtt = std::max(rtt, zero_threshold);
  const double estimate = distance(own_, other);
  const double wrongness = std::fabs(estimate - rtt) / rtt;
  // The surer the peer is of its place, compared with us, the more its word weighs.
  const double weight = own_.error / std::max(own_.error + other.error, zero_threshold);
  const double error = error_share * weight * wrongness + own_.error * (1.0 - error_share * weight);
  own_.error = std::min(error, error_max);
  apply_force(own_, force_share * weight * (rtt - estimate), other, random);
}

void CoordinateClient::learn_adjustment(const Coordinate& other, double rtt) noexcept {
  adjustments_[next_adjustment_] = rtt - raw_distance(own_, other);
  next_adjustment_ = (next_adjustment_ + 1) % adjustment_window;
  double sum = 0;
  for (const double sample : adjustments_) {
    sum += sample;
  }
  own_.adjustment = sum / (2.0 * adjustment_window);
}

void CoordinateClient::fall_to_origin(Random& random) {
  // Without it a cluster drifts as a whole, and its numbers grow without bound.
  const Coordinate origin;
  const double reach = distance(origin, own_) / gravity_rho;
  apply_force(own_, -(reach * reach), origin, random);
}

CoordinateUpdate CoordinateClient::update(MemberId peer, const Coordinate& other, Duration rtt,
                                          Random& random) {
  if (!plausible(other) || rtt < Duration::zero() || rtt > rtt_max) {
    return CoordinateUpdate::rejected;
  }
  const double seconds = latencies_[peer].median_with(to_seconds(rtt));
  move_by_vivaldi(other, seconds, random);
  learn_adjustment(other, seconds);
  fall_to_origin(random);
  if (own_.valid()) {
    return CoordinateUpdate::accepted;
  }
  own_ = Coordinate{};
  adjustments_.fill(0);  // Serf keeps them, and one infinite sample then spoils the next twenty
  return CoordinateUpdate::reset;
}

}  // namespace hearsay::swim
