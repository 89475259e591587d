#include "sim/rapid/mass_restart.h"

#include <numeric>
#include <vector>

#include "sim/checks/agreement.h"
#include "sim/rapid/at_rest.h"

namespace hearsay::sim::rapid {

using namespace swim;

namespace {

constexpr Duration between_looks = std::chrono::milliseconds(250);

Tags tags_of_life(unsigned life) {
  return {{"life", std::to_string(life)}};
}

/// Counts what the members do and say.
class Tally final : public Watcher {
 public:
  void begin() { failures_ = datagrams_ = 0; }
  [[nodiscard]] std::uint64_t failures() const { return failures_; }
  [[nodiscard]] std::uint64_t datagrams() const { return datagrams_; }

 private:
  void sent(NodeIndex, const Endpoint&, Bytes) override { ++datagrams_; }
  void told(NodeIndex, Event&& event) override {
    const auto* const member = std::get_if<MemberEvent>(&event);
    failures_ += member != nullptr && member->kind == MemberEventKind::failed ? 1U : 0U;
  }

  std::uint64_t failures_ = 0;
  std::uint64_t datagrams_ = 0;
};

/// All processes end before the first is back.
void restart(Fleet& fleet, const MassRestart& what) {
  for (NodeIndex i = 0; i < what.restarted; ++i) {
    fleet.crash(i);
  }
  for (NodeIndex i = 0; i < what.restarted; ++i) {
    fleet.set_tags_of_next(i, tags_of_life(what.changes + 1));
    fleet.start(i);
  }
}

void watch(Fleet& fleet, const MassRestart& what, MassRestartResult& result) {
  World& world = fleet.world();
  std::vector<NodeIndex> everybody(fleet.size());
  std::iota(everybody.begin(), everybody.end(), NodeIndex{0});
  const Instant begun = world.now();
  while (const auto wrong = disagreement(fleet, everybody)) {
    result.wrong = *wrong;
    if (world.now() - begun >= what.limit) {
      return;
    }
    world.run_until(world.now() + between_looks);
  }
  result.all_true = world.now() - begun;
}

}  // namespace

MassRestartResult measure_mass_restart(const MassRestart& what) {
  World world(what.seed);
  Fleet fleet(
      world, what.members, [&](NodeIndex i) { return tuned(what.tune, i); }, what.seed);
  fleet.seeds_a_join = what.seeds;
  world.network().latency = what.latency;
  Tally tally;
  fleet.watch(&tally);
  bring_to_rest(fleet, [&](NodeIndex i) {
    for (unsigned life = 1; life <= what.changes; ++life) {
      fleet.set_tags(i, tags_of_life(life));
    }
  });
  tally.begin();
  restart(fleet, what);
  MassRestartResult result;
  watch(fleet, what, result);
  result.failures = tally.failures();
  result.datagrams = tally.datagrams();
  result.digest = world.digest();
  return result;
}

}  // namespace hearsay::sim::rapid
