#include "swim/config.h"

namespace hearsay::swim {

using std::chrono::milliseconds;
using std::chrono::seconds;

Timing Timing::lan() noexcept {
  return {.tcp_timeout = seconds(10),
          .indirect_checks = 3,
          .retransmit_mult = 4,
          .suspicion_mult = 4,
          .suspicion_max_timeout_mult = 6,
          .push_pull_interval = seconds(30),
          .probe_interval = seconds(1),
          .probe_timeout = milliseconds(500),
          .gossip_interval = milliseconds(200),
          .gossip_nodes = 3,
          .gossip_to_the_dead = seconds(30),
          .awareness_max = 8};
}

Timing Timing::wan() noexcept {
  Timing timing = lan();
  timing.tcp_timeout = seconds(30);
  timing.suspicion_mult = 6;
  timing.push_pull_interval = seconds(60);
  timing.probe_interval = seconds(5);
  timing.probe_timeout = seconds(3);
  timing.gossip_interval = milliseconds(500);
  timing.gossip_nodes = 4;
  timing.gossip_to_the_dead = seconds(60);
  return timing;
}

Timing Timing::local() noexcept {
  Timing timing = lan();
  timing.tcp_timeout = seconds(1);
  timing.indirect_checks = 1;
  timing.retransmit_mult = 2;
  timing.suspicion_mult = 3;
  timing.push_pull_interval = seconds(15);
  timing.probe_timeout = milliseconds(200);
  timing.gossip_interval = milliseconds(100);
  timing.gossip_to_the_dead = seconds(15);
  return timing;
}

std::optional<Versions> Versions::from_wire(Bytes bytes) noexcept {
  if (bytes.size() != sizeof(Versions)) {
    return std::nullopt;
  }
  Versions versions;
  std::memcpy(&versions, bytes.data(), sizeof(Versions));
  const bool sane = versions.protocol_min != 0 && versions.protocol_min <= versions.protocol_cur &&
                    versions.protocol_cur <= versions.protocol_max &&
                    versions.delegate_min <= versions.delegate_cur &&
                    versions.delegate_cur <= versions.delegate_max;
  return sane ? std::optional(versions) : std::nullopt;
}

}  // namespace hearsay::swim
