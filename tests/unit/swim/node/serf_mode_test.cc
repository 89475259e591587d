// Serf's mode: a node that does as Serf 0.9.4 with memberlist 0.2.2 does (src/swim/habits.h). What it is
// compared with is the behaviour of that version, as seen from outside.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

void as_serf(NodeIndex, Config& config) {
  config.habits = Habits::serf();
}

/// A start that somebody missed is made good by the next push/pull.
void settle_as_serf(Cluster& cluster) {
  meet(cluster, 2min);
  cluster.run_for(10s);
}

/// At which parts of the gossip interval each node sent, while an event travelled.
std::map<NodeIndex, std::set<Duration>> phases_of_an_event(Cluster& cluster) {
  std::map<NodeIndex, std::set<Duration>> phases;
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    phases[sent.from].insert(sent.at.time_since_epoch() % Timing::lan().gossip_interval);
  };
  cluster.send_event(0, "deploy", "v2");
  cluster.run_for(5s);
  return phases;
}

void without_probes(NodeIndex, Config& config) {
  config.timing.probe_interval = 1h;
}

}  // namespace

TEST_CASE("in Serf's mode news waits for the beat, at its sender and at all who pass it on") {
  Cluster cluster(10, [](NodeIndex i, Config& config) {
    as_serf(i, config);
    without_probes(i, config);
  });
  settle_as_serf(cluster);
  const auto phases = phases_of_an_event(cluster);
  CHECK(phases.size() == 10);
  for (const auto& [node, at] : phases) {
    CHECK(at.size() == 1);
  }
}

TEST_CASE("by our habits news does not wait for the beat") {
  Cluster cluster(10, without_probes);
  settle_as_serf(cluster);
  for (const auto& [node, at] : phases_of_an_event(cluster)) {
    CHECK(at.size() > 1);
  }
}

TEST_CASE("in Serf's mode a join is followed by the regular exchanges only") {
  Cluster cluster(2, as_serf);
  cluster.join(1, 0);
  REQUIRE(cluster.settles_within(1s, [&] { return cluster.all_see_alive(2); }));
  const auto dialled = [&] {
    return cluster.node(0).counters().streams_dialled + cluster.node(1).counters().streams_dialled;
  };
  const auto joined = dialled();
  cluster.run_for(10min);
  // Two nodes, each every thirty seconds from its first by lot on.
  CHECK(dialled() >= joined + 2 * 19);
  CHECK(dialled() <= joined + 2 * 21);
}

TEST_CASE("in Serf's mode a goodbye follows as soon as the intent is told") {
  Cluster cluster(10, as_serf);  // 8 transmissions at 3 a beat: the third beat of 200 ms
  settle_as_serf(cluster);
  cluster.leave(0);
  CHECK(cluster.settles_within(650ms, [&] { return cluster.liveness(0, 0) == Liveness::left; }));
}

TEST_CASE("in Serf's mode who leaves tells nobody before the beat") {
  Cluster cluster(10, as_serf);
  settle_as_serf(cluster);
  std::size_t sent = 0;
  cluster.on_datagram = [&](const Cluster::Sent&) { ++sent; };
  cluster.leave(0);
  CHECK(sent == 0);
  cluster.run_for(Timing::lan().gossip_interval);
  CHECK(sent > 0);
}

TEST_CASE("in Serf's mode a goodbye without its intent is a failure") {
  Cluster cluster(3, as_serf);
  settle_as_serf(cluster);
  cluster.inject(1, Cluster::address(0), encoded(wire::Dead{.incarnation = 7, .node = "n2", .from = "n2"}));
  CHECK(cluster.status(1, 2) == MemberStatus::failed);
}

TEST_CASE("in Serf's mode who has left is held for ever by the detector, and who has failed is not") {
  for (const Habits& habits : {Habits::serf(), Habits::hearsay()}) {
    Cluster cluster(5, [&](NodeIndex, Config& config) { config.habits = habits; });
    settle_as_serf(cluster);
    cluster.leave(3);
    cluster.run_for(10s);
    cluster.crash(3);
    cluster.crash(4);
    cluster.run_for(5min);
    CHECK((cluster.liveness(0, 3) == Liveness::left) == !habits.forget_the_left);
    CHECK(cluster.liveness(0, 4) == Liveness::unknown);
  }
}
