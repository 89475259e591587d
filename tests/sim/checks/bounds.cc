#include "sim/checks/bounds.h"

#include <algorithm>
#include <bit>

#include "swim/members/suspicion_timeout.h"

namespace hearsay::sim {

using namespace swim;

namespace {

/// What happens with a chance of 1/x at each of many tries has happened after 21 x of them: (1 - 1/x)^(21 x)
/// < e^-21 < 10^-9.
constexpr std::int64_t patience = 21;

std::int64_t log2_up(std::size_t n) {
  return static_cast<std::int64_t>(std::bit_width(n));
}

/// Probes are spread out while a node doubts its own health: its score falls by one a good probe, and a
/// probe takes one interval more for each point.
Duration recovery(const Timing& timing) {
  const int worst = timing.awareness_max;
  return timing.probe_interval * (worst * (worst + 1) / 2);
}

/// Until somebody probes a certain member: everybody does in two rounds, one of many does sooner.
Duration probed(const Timing& timing, std::int64_t members, std::int64_t healthy) {
  const std::int64_t intervals = std::min(2 * members, patience * members / healthy + 1);
  return timing.probe_interval * intervals;
}

/// Push/pulls are rarer in a large cluster: memberlist doubles the interval with each doubling past 32.
Duration push_pull_interval(const Timing& timing, std::size_t members) {
  return timing.push_pull_interval * (members <= 32 ? 1 : log2_up(members - 1) - 4);
}

}  // namespace

Bounds bounds_of(const Config& config, std::size_t members, std::size_t healthy) {
  const Timing& timing = config.timing;
  const auto n = static_cast<std::int64_t>(std::max<std::size_t>(members, 2));
  const auto up = static_cast<std::int64_t>(std::max<std::size_t>(healthy, 1));
  Bounds bounds{};
  // The front of a rumor doubles each beat at the least, and then it goes on for as long again.
  bounds.spread = timing.gossip_interval * (4 * log2_up(members) + patience);
  const SuspicionBounds suspicion = suspicion_bounds(timing, members);
  bounds.detection =
      recovery(timing) + probed(timing, n, up) + 2 * timing.probe_interval + suspicion.max + bounds.spread;
  bounds.damping = damped_bounds(suspicion).max - suspicion.max;
  // A member wrongly held for dead is tried about once in the longest wait by somebody; what only few know
  // travels with push/pulls, which double those who know each interval.
  const Duration wait = std::max(config.serf.reconnect_interval, config.serf.reconnect_wait_max);
  const Duration reconnected = wait * (patience + 1) + timing.tcp_timeout;
  const Duration told = push_pull_interval(timing, members) * (2 * log2_up(members) + 8);
  bounds.agreement = bounds.detection + bounds.damping + reconnected + told;
  return bounds;
}

}  // namespace hearsay::sim
