#include "sim/rapid/at_rest.h"

#include <utility>

#include "sim/acquaint.h"

namespace hearsay::sim::rapid {

using namespace swim;

namespace {

/// Agents are not started at the same moment, and each counts from its own start.
constexpr Duration apart = std::chrono::milliseconds(37);
/// What is heard of at the beginning is over, and beats are agreed on.
constexpr Duration rest = std::chrono::seconds(20);

}  // namespace

Config tuned(const std::function<void(NodeIndex, Config&)>& tune, NodeIndex i) {
  Config config;
  if (tune) {
    tune(i, config);
  }
  return config;
}

void bring_to_rest(Fleet& fleet, const std::function<void(NodeIndex)>& fresh) {
  World& world = fleet.world();
  const NodeIndex seeds_end = std::exchange(fleet.seeds_end, 0);
  for (NodeIndex i = 0; i < fleet.size(); ++i) {
    fleet.start(i);
    if (fresh) {
      fresh(i);
    }
    world.run_until(world.now() + apart);
  }
  acquaint(world);
  world.run_until(world.now() + rest);
  fleet.seeds_end = seeds_end;
}

}  // namespace hearsay::sim::rapid
