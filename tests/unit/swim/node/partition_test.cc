// Partitions that last longer than names are remembered (serf#333, serf#605).
#include <doctest/doctest.h>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Rare probes: a day of virtual time is to cost seconds.
void be_lazy(NodeIndex, Config& config) {
  config.timing.probe_interval = 1min;
  config.timing.suspicion_mult = 2;
  config.timing.push_pull_interval = 10min;
}

/// The failed are forgotten after ten minutes, too.
void forget_soon(NodeIndex i, Config& config) {
  be_lazy(i, config);
  config.serf.reconnect_timeout = 10min;
}

}  // namespace

TEST_CASE(
    "halves that have forgotten each other after thirty hours are one cluster ten minutes after they can") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    Cluster cluster(10, be_lazy, seed);
    meet(cluster);
    split(cluster, 5);
    cluster.run_for(30h);
    for (NodeIndex i = 0; i < 10; ++i) {
      REQUIRE(cluster.node(i).stats().members == 5);  // reaped: nobody knows the other half
    }
    cluster.network.heal();
    CHECK(cluster.settles_within(10min, [&] { return cluster.all_see_alive(10); }));
  }
}

TEST_CASE("a forgotten member is knocked for less and less often, but never less than every five minutes") {
  Cluster cluster(2, forget_soon);
  meet(cluster);
  cluster.crash(1);
  REQUIRE(cluster.settles_within(1h, [&] { return cluster.status(0, 1) == MemberStatus::none; }));
  std::vector<Instant> knocks;
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    if (sent.to == Cluster::address(1)) {
      knocks.push_back(sent.at);
    }
  };
  const Instant forgotten = cluster.now();
  cluster.run_for(24h);
  REQUIRE(knocks.size() > 24 * 12);
  CHECK(knocks.size() < 24 * 12 * 4 / 3 + 5);
  CHECK(knocks.front() - forgotten > 20s);
  CHECK(knocks.front() - forgotten <= 30s);
  for (std::size_t i = 1; i < knocks.size(); ++i) {
    CHECK(knocks[i] - knocks[i - 1] <= 5min);
  }
  CHECK(knocks[100] - knocks[99] >= 225s);
}

TEST_CASE("a forgotten member that returns by itself, or was told to go, is not knocked for") {
  Cluster cluster(3, forget_soon);
  meet(cluster);
  cluster.crash(1);
  cluster.crash(2);
  REQUIRE(cluster.settles_within(1h, [&] { return cluster.node(0).stats().members == 1; }));
  cluster.restart(1);
  cluster.join(1, 0);
  cluster.run_for(1s);
  cluster.leave(1);
  cluster.run_for(10s);
  cluster.crash(1);
  cluster.force_leave(0, "n2", false);
  std::size_t sent = 0;
  cluster.on_datagram = [&](const Cluster::Sent&) { ++sent; };
  cluster.run_for(1h);
  CHECK(sent == 0);
}

TEST_CASE("a leave intent that is refused or old does not end the search for a forgotten member") {
  Cluster cluster(2, forget_soon);
  meet(cluster);
  cluster.crash(1);
  REQUIRE(cluster.settles_within(1h, [&] { return cluster.node(0).gauges().graves_held == 1; }));
  const auto hear = [&](const auto& intent) { cluster.inject(0, Cluster::address(1), user_message(intent)); };
  hear(wire::LeaveIntent{.ltime = ~std::uint64_t{0}, .node = "n1", .prune = false});
  CHECK(cluster.node(0).gauges().graves_held == 1);
  hear(wire::JoinIntent{.ltime = 50, .node = "n1"});
  hear(wire::LeaveIntent{.ltime = 50, .node = "n1", .prune = false});
  CHECK(cluster.node(0).gauges().graves_held == 1);
  hear(wire::LeaveIntent{.ltime = 51, .node = "n1", .prune = false});
  CHECK(cluster.node(0).gauges().graves_held == 0);
}

TEST_CASE("as many addresses of forgotten members are kept as may, and the rest is counted") {
  Cluster cluster(6, [](NodeIndex i, Config& config) {
    forget_soon(i, config);
    config.limits.graves = 2;
  });
  meet(cluster);
  split(cluster, 1);
  REQUIRE(cluster.settles_within(2h, [&] { return cluster.node(0).stats().members == 1; }));
  CHECK(cluster.node(0).counters().graves_replaced == 3);
  cluster.network.heal();
  CHECK(cluster.settles_within(10min, [&] { return cluster.all_see_alive(6); }));
}
