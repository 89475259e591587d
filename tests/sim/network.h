// A network for nodes under virtual time: who may talk to whom, and how long it takes.
#pragma once

#include <functional>
#include <set>
#include <utility>

#include "swim/random.h"
#include "swim/time.h"

namespace hearsay::sim {

using NodeIndex = std::size_t;

struct Network {
  swim::Duration latency = std::chrono::microseconds(500);
  double loss = 0;                                    // of datagrams, 0 to 1
  std::set<std::pair<NodeIndex, NodeIndex>> udp_cut;  // from -> to: datagrams vanish
  std::set<std::pair<NodeIndex, NodeIndex>> tcp_cut;  // dialler -> listener: connecting times out

  void cut_both(NodeIndex a, NodeIndex b) {
    for (auto* cut : {&udp_cut, &tcp_cut}) {
      cut->insert({a, b});
      cut->insert({b, a});
    }
  }
  void heal() {
    udp_cut.clear();
    tcp_cut.clear();
  }
  [[nodiscard]] bool loses(NodeIndex from, NodeIndex to, swim::Random& random) const {
    return udp_cut.contains({from, to}) || (loss > 0 && random.unit() < loss);
  }
};

}  // namespace hearsay::sim
