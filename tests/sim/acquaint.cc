#include "sim/acquaint.h"

#include "swim/members/claims.h"
#include "swim/wire/codec.h"

namespace hearsay::sim {

using namespace swim;

namespace {

/// Datagrams that introduce members, as many as fit into each.
std::vector<Buffer> introductions(const World& world) {
  std::vector<Buffer> datagrams;
  wire::PacketParts parts;
  const auto flush = [&] {
    if (!parts.empty()) {
      parts.pack(datagrams.emplace_back());
      parts.clear();
    }
  };
  for (NodeIndex i = 0; i < world.size(); ++i) {
    if (world.up(i)) {
      const Node& node = world.node(i);
      wire::encode(alive_claim(node.members()[node.self()]), parts.open_part());
      parts.close_part();
    }
    if (parts.count() == wire::compound_parts_max) {
      flush();
    }
  }
  flush();
  return datagrams;
}

}  // namespace

void acquaint(World& world) {
  const std::vector<Buffer> datagrams = introductions(world);
  for (NodeIndex i = 0; i < world.size(); ++i) {
    for (const Buffer& datagram : datagrams) {
      if (world.up(i)) {
        world.inject(i, host_address(i), datagram);
      }
    }
  }
}

}  // namespace hearsay::sim
