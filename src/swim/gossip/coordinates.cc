#include "swim/gossip/coordinates.h"

#include <string>

namespace hearsay::swim {

Bytes ack_payload(const Core& core) noexcept {
  return core.ack_payload;
}

void refresh_ack_payload(Core& core) {
  core.ack_payload.clear();
  if (core.config.coordinates) {
    encode_coordinate(core.coordinates.own(), core.ack_payload);
  }
}

void learn_coordinate(Step& step, MemberId peer, Bytes payload, Duration rtt) {
  Core& core = step.core;
  if (!core.config.coordinates || payload.empty()) {
    return;
  }
  const auto coordinate = decode_coordinate(payload);
  const Coordinate before = core.coordinates.own();
  core.counters.coordinate_zero_rtt += rtt == Duration::zero() ? 1U : 0U;
  const auto update =
      coordinate ? core.coordinates.update(peer, *coordinate, rtt, core.random) : CoordinateUpdate::rejected;
  switch (update) {
    case CoordinateUpdate::rejected:
      ++core.counters.coordinate_rejected;
      notice(step, Notice::Level::debug,
             "serf: Rejected the coordinate of " + std::string(core.members[peer].name()));
      return;
    case CoordinateUpdate::reset:
      ++core.counters.coordinate_resets;
      break;
    case CoordinateUpdate::accepted:
      break;
  }
  constexpr double ms = 1e3;
  measure_value(step, Measured::What::coordinate_moved, distance(before, core.coordinates.own()) * ms);
  core.peer_coordinates[peer] = *coordinate;
  refresh_ack_payload(core);
}

}  // namespace hearsay::swim
