#include <doctest/doctest.h>

#include "scene.h"
#include "swim/members/suspicion_timeout.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

Buffer suspect(NodeIndex member, std::uint32_t incarnation, const std::string& from) {
  const std::string name = Cluster::name(member);
  return encoded(wire::Suspect{.incarnation = incarnation, .node = name, .from = from});
}

/// Nobody looks for itself, and by lot hardly anybody comes upon the suspect.
void unwitnessed(NodeIndex, Config& config) {
  config.habits.witnesses = false;
  config.habits.balanced_probes = false;
}

}  // namespace

TEST_CASE("a healthy cluster stays healthy for an hour") {
  Cluster cluster(8);
  meet(cluster);
  cluster.run_for(1h);
  CHECK(cluster.all_see_alive(8));
  for (NodeIndex i = 0; i < 8; ++i) {
    CHECK(cluster.node(i).counters().probes_failed == 0);
  }
}

TEST_CASE("a crashed member is seen failed by everybody, and nobody else is") {
  Cluster cluster(6);
  meet(cluster);
  cluster.crash(2);
  CHECK(cluster.settles_within(40s, [&] { return cluster.all_see(2, MemberStatus::failed); }));
  for (NodeIndex viewer : {0U, 1U, 3U, 4U, 5U}) {
    CHECK(cluster.count_member_events(viewer, MemberEventKind::failed, 2) == 1);
    for (NodeIndex other : {0U, 1U, 3U, 4U, 5U}) {
      CHECK(cluster.count_member_events(viewer, MemberEventKind::failed, other) == 0);
    }
  }
}

TEST_CASE("a suspicion does not fire before its minimum even with every confirmation") {
  Cluster cluster(10, unwitnessed);
  meet(cluster);
  cut_off(cluster, 1);
  const SuspicionBounds bounds = suspicion_bounds(Timing::lan(), 10);
  for (const char* accuser : {"n3", "n4", "n5", "n6"}) {
    cluster.inject(0, Cluster::address(3), suspect(1, 5, accuser));
  }
  REQUIRE(cluster.liveness(0, 1) == Liveness::suspect);
  cluster.run_for(bounds.min - 50ms);
  CHECK(cluster.liveness(0, 1) == Liveness::suspect);
  CHECK(cluster.settles_within(100ms, [&] { return cluster.liveness(0, 1) == Liveness::dead; }));
}

TEST_CASE("an unconfirmed suspicion lasts its maximum, not less and not long after") {
  Cluster cluster(10, unwitnessed);
  meet(cluster);
  // Only node 0 hears of it, and it is cut off from everybody, so nobody confirms.
  cut_off(cluster, 0);
  const SuspicionBounds bounds = suspicion_bounds(Timing::lan(), 10);
  cluster.inject(0, Cluster::address(3), suspect(1, 5, "n3"));
  cluster.run_for(bounds.max - 50ms);
  CHECK(cluster.liveness(0, 1) == Liveness::suspect);
  CHECK(cluster.settles_within(100ms, [&] { return cluster.liveness(0, 1) == Liveness::dead; }));
}

TEST_CASE("the same accuser twice is one accuser") {
  Cluster cluster(10, unwitnessed);
  meet(cluster);
  cut_off(cluster, 0);
  const SuspicionBounds bounds = suspicion_bounds(Timing::lan(), 10);
  for (int i = 0; i < 5; ++i) {
    cluster.inject(0, Cluster::address(3), suspect(1, 5, "n3"));
  }
  cluster.run_for(bounds.max - 50ms);
  CHECK(cluster.liveness(0, 1) == Liveness::suspect);
}

TEST_CASE("a suspected member refutes with a higher incarnation and stays") {
  Cluster cluster(5);
  meet(cluster);
  for (NodeIndex i : {0U, 2U, 3U}) {
    cluster.inject(i, Cluster::address(4), suspect(1, 1, "n4"));
  }
  CHECK(cluster.liveness(0, 1) == Liveness::suspect);
  CHECK(cluster.settles_within(3s, [&] {
    return cluster.liveness(0, 1) == Liveness::alive && cluster.liveness(2, 1) == Liveness::alive &&
           cluster.liveness(3, 1) == Liveness::alive;
  }));
  const auto& members = cluster.node(0).members();
  CHECK(members[members.find("n1")].incarnation == 2);
  CHECK(cluster.count_member_events(0, MemberEventKind::failed, 1) == 0);
}

TEST_CASE("an accusation of an older incarnation changes nothing") {
  Cluster cluster(3);
  meet(cluster);
  cluster.inject(0, Cluster::address(2), suspect(1, 0, "n2"));
  CHECK(cluster.liveness(0, 1) == Liveness::alive);
}

TEST_CASE("a member whose UDP is blocked is kept by the ping over TCP") {
  Cluster cluster(4);
  meet(cluster);
  for (NodeIndex i : {0U, 2U, 3U}) {
    cluster.network.udp_cut.insert({i, 1});
    cluster.network.udp_cut.insert({1, i});
  }
  cluster.run_for(2min);
  CHECK(cluster.status(0, 1) == MemberStatus::alive);
  CHECK(cluster.node(0).counters().probes_over_tcp > 0);
}

TEST_CASE("a member that only one other cannot reach is kept by indirect probes") {
  Cluster cluster(5);
  meet(cluster);
  cluster.network.cut_both(0, 1);
  cluster.run_for(5min);
  CHECK(cluster.all_see(1, MemberStatus::alive));
  CHECK(cluster.all_see(0, MemberStatus::alive));
}

TEST_CASE("a paused member comes back by refuting, without a restart") {
  Cluster cluster(5);
  meet(cluster);
  cluster.pause(1);
  REQUIRE(cluster.settles_within(60s, [&] { return cluster.status(0, 1) == MemberStatus::failed; }));
  cluster.run_for(5s);
  cluster.resume(1);
  CHECK(cluster.settles_within(60s, [&] { return cluster.all_see(1, MemberStatus::alive); }));
}

TEST_CASE("both sides of a partition go on, and meet again when it heals") {
  Cluster cluster(6);
  meet(cluster);
  split(cluster, 3);
  CHECK(cluster.settles_within(2min, [&] { return cluster.all_see_alive(3); }));
  cluster.run_for(5min);
  cluster.network.heal();
  CHECK(cluster.settles_within(5min, [&] { return cluster.all_see_alive(6); }));
}

TEST_CASE("a failed member is reaped after the reconnect timeout and not before") {
  Cluster cluster(3, [](NodeIndex, Config& config) { config.serf.reconnect_timeout = 10min; });
  meet(cluster);
  cluster.crash(2);
  REQUIRE(cluster.settles_within(60s, [&] { return cluster.all_see(2, MemberStatus::failed); }));
  cluster.run_for(9min);
  CHECK(cluster.all_see(2, MemberStatus::failed));
  CHECK(cluster.settles_within(2min, [&] { return cluster.all_see(2, MemberStatus::none); }));
  CHECK(cluster.count_member_events(0, MemberEventKind::reap, 2) == 1);
}

TEST_CASE("a member that left is reaped after the tombstone timeout and not before") {
  Cluster cluster(3, [](NodeIndex, Config& config) { config.serf.tombstone_timeout = 10min; });
  meet(cluster);
  cluster.leave(2);
  REQUIRE(cluster.settles_within(60s, [&] { return cluster.all_see(2, MemberStatus::left); }));
  cluster.run_for(9min);
  CHECK(cluster.all_see(2, MemberStatus::left));
  CHECK(cluster.settles_within(2min, [&] { return cluster.all_see(2, MemberStatus::none); }));
  CHECK(cluster.count_member_events(0, MemberEventKind::reap, 2) == 1);
}

TEST_CASE("a failed member is dialled after the reconnect interval and not before") {
  Cluster cluster(2, [](NodeIndex, Config& config) { config.serf.reconnect_interval = 10min; });
  meet(cluster);
  cluster.network.cut_both(0, 1);
  REQUIRE(cluster.settles_within(60s, [&] { return cluster.all_see_alive(1); }));
  cluster.run_for(2min);  // nobody gossips to the dead for so long
  cluster.network.heal();
  cluster.run_for(5min);
  CHECK(cluster.all_see_alive(1));
  CHECK(cluster.settles_within(5min, [&] { return cluster.all_see_alive(2); }));
}

TEST_CASE("a node alone sets no timers but the reaper's") {
  Cluster cluster(1);
  cluster.run_for(1s);
  CHECK(cluster.node(0).next_deadline() >= cluster.now() + 10s);
}

TEST_CASE("rumors go to the dead for as long as gossip to the dead lasts, and then a node alone rests") {
  for (const bool prune : {false, true}) {
    CAPTURE(prune);
    Cluster cluster(2);
    meet(cluster, 5s);
    cluster.run_for(10s);
    cluster.crash(1);
    REQUIRE(cluster.settles_within(1min, [&] { return cluster.liveness(0, 1) == Liveness::dead; }));
    if (prune) {
      cluster.force_leave(0, "n1", true);
    }
    std::size_t told = 0;
    cluster.on_datagram = [&](const Cluster::Sent&) { ++told; };
    cluster.run_for(Timing::lan().gossip_to_the_dead - 1s);
    told = 0;
    cluster.send_event(0, "early", "");
    cluster.run_for(500ms);
    CHECK(told > 0);
    cluster.run_for(1s);
    told = 0;
    cluster.send_event(0, "late", "");
    std::size_t steps = 0;
    cluster.settles_within(1min, [&] {
      ++steps;
      return false;
    });
    CHECK(told == 0);
    CHECK(steps < 90);  // a probe interval is a second
  }
}
