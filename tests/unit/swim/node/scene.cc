#include "scene.h"

namespace hearsay::sim {

using namespace std::chrono_literals;

void meet(Cluster& cluster, swim::Duration limit) {
  cluster.join_all();
  REQUIRE(cluster.settles_within(limit, [&] { return cluster.all_see_alive(cluster.size()); }));
}

void settle(Cluster& cluster, swim::Duration quiet) {
  meet(cluster);
  cluster.run_for(quiet);
}

void leave_and_end(Cluster& cluster, NodeIndex i) {
  const swim::CommandId command = cluster.leave(i);
  REQUIRE(cluster.settles_within(10s, [&] { return cluster.completion(i, command) != nullptr; }));
  cluster.crash(i);
}

void split(Cluster& cluster, NodeIndex from) {
  for (NodeIndex a = 0; a < from; ++a) {
    for (NodeIndex b = from; b < cluster.size(); ++b) {
      cluster.network.cut_both(a, b);
    }
  }
}

void cut_off(Cluster& cluster, NodeIndex host) {
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    if (i != host) {
      cluster.network.cut_both(i, host);
    }
  }
}

const swim::Member& seen_by(Cluster& cluster, NodeIndex viewer, std::string_view name) {
  const auto& members = cluster.node(viewer).members();
  return members[members.find(name)];
}

swim::Buffer alive(std::string_view name, std::uint32_t incarnation, const swim::Endpoint& at,
                   const swim::Versions& versions) {
  return encoded(swim::wire::Alive{.incarnation = incarnation,
                                   .node = name,
                                   .addr = at.ip.wire(),
                                   .port = at.port,
                                   .meta = {},
                                   .vsn = versions.wire()});
}

}  // namespace hearsay::sim
