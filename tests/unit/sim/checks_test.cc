// A check that cannot fail is worse than none: each is shown what it must not let pass.
#include <doctest/doctest.h>

#include <numeric>
#include <string>
#include <vector>

#include "sim/checks/agreement.h"
#include "sim/checks/bounds.h"
#include "sim/checks/inspector.h"
#include "sim/fleet.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Five members that have found each other.
struct Formed {
  Formed()
      : world(1),
        fleet(
            world, 5, [](NodeIndex) { return Config(); }, 1),
        inspector(fleet, report) {
    for (NodeIndex i = 0; i < fleet.size(); ++i) {
      fleet.start(i);
    }
    world.run_until(Instant{20s});
    REQUIRE_FALSE(wrong());
  }
  std::optional<std::string> wrong() {
    std::vector<NodeIndex> core;
    for (NodeIndex i = 0; i < fleet.size(); ++i) {
      if (fleet.life(i) == Life::up) {
        core.push_back(i);
      }
    }
    return disagreement(fleet, core);
  }
  void run_for(Duration duration) { world.run_until(world.now() + duration); }

  World world;
  Fleet fleet;
  Report report;
  Inspector inspector;
};

}  // namespace

TEST_CASE("a member that is down and not known to be is a disagreement, until it is") {
  Formed formed;
  formed.fleet.crash(2);
  CHECK(formed.wrong() == "n0 sees n2 alive, which is down");
  formed.run_for(bounds_of(Config(), 5, 4).detection);
  CHECK_FALSE(formed.wrong());
}

TEST_CASE("a member that is up and called failed is a disagreement") {
  Formed formed;
  formed.fleet.pause(3);
  formed.run_for(1min);
  CHECK(formed.wrong() == "n0 sees n3 failed");
  formed.fleet.resume(3);
  formed.run_for(1min);
  CHECK_FALSE(formed.wrong());
}

TEST_CASE("tags that are not the owner's are a disagreement, until they have spread") {
  Formed formed;
  formed.fleet.set_tags(4, {{"role", "db"}});
  const auto wrong = formed.wrong();
  REQUIRE(wrong);
  CHECK(wrong->starts_with("n0 sees n4 at incarnation"));
  formed.run_for(bounds_of(Config(), 5, 5).spread);
  CHECK_FALSE(formed.wrong());
}

TEST_CASE("a member that was restarted knows nobody, which is a disagreement") {
  Formed formed;
  formed.world.network().cut_both(1, 0);
  for (const NodeIndex other : {2U, 3U, 4U}) {
    formed.world.network().cut_both(1, other);
  }
  formed.fleet.crash(1);
  formed.fleet.start(1);
  CHECK(formed.wrong() == "n1 does not know n0");
}

TEST_CASE("a member that is called left without having said so is a disagreement") {
  Formed formed;
  formed.fleet.crash(2);
  formed.run_for(bounds_of(Config(), 5, 4).detection);
  formed.world.call(0,
                    [](Node& node, Instant now, Output& out) { node.force_leave(now, 7, "n2", false, out); });
  CHECK(formed.wrong() == "n0 sees n2 left, which is down");
}

TEST_CASE("a healthy member that is called failed is a violation only where there is no reason") {
  Formed formed;
  formed.run_for(bounds_of(Config(), 5, 5).detection);
  formed.inspector.bounds.detection = 30s;
  formed.fleet.pause(3);
  formed.run_for(1min);
  CHECK(formed.inspector.false_failures() > 0);
  CHECK(formed.report.clean());
  formed.fleet.resume(3);
  formed.run_for(1min);
  formed.inspector.blameless = true;
  formed.fleet.pause(3);
  formed.run_for(1min);
  REQUIRE_FALSE(formed.report.clean());
  CHECK(formed.report.first()[0].what.ends_with("calls n3 failed, which is well"));
}

TEST_CASE("an event that comes a second time is a violation") {
  Formed formed;
  formed.inspector.told(0, UserEventReceived{.ltime = 1, .name = "deploy", .payload = {}, .coalesce = false});
  CHECK(formed.report.clean());
  CHECK(formed.inspector.heard("deploy") == 1);
  formed.inspector.told(0, UserEventReceived{.ltime = 1, .name = "deploy", .payload = {}, .coalesce = false});
  CHECK_FALSE(formed.report.clean());
}

TEST_CASE("bounds grow with the cluster and with those who are down") {
  const Bounds small = bounds_of(Config(), 5, 5);
  const Bounds large = bounds_of(Config(), 500, 500);
  CHECK(small.detection < large.detection);
  CHECK(small.spread < large.spread);
  CHECK(small.detection < small.agreement);
  CHECK(bounds_of(Config(), 500, 10).detection > large.detection);
  // 500 members: 36 s until nobody doubts itself, 22 rounds of probes, 2 to end the last, 64.7 s of
  // suspicion (4 * log10(500) * 6), 57 beats of gossip.
  CHECK(large.detection > 36s + 22s + 2s + 64s + 11s);
  CHECK(large.detection < 36s + 22s + 2s + 65s + 12s);
}
