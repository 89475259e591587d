// A name that moves to another address (consul#4806). Here one host takes over the name of another.
#include <doctest/doctest.h>

#include "scene.h"
#include "sim/answerer.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr NodeIndex newcomer = 3;

/// Three nodes, and a host that wants to be n1 too.
void name_newcomer(NodeIndex i, Config& config) {
  if (i == newcomer) {
    config.name = "n1";
  }
}

void settle_three(Cluster& cluster) {
  cluster.join(1, 0);
  cluster.join(2, 0);
  REQUIRE(cluster.settles_within(5s, [&] {
    return cluster.status(0, 1) == MemberStatus::alive && cluster.status(2, 1) == MemberStatus::alive;
  }));
  cluster.run_for(5s);
}

bool lives_at(Cluster& cluster, const Endpoint& address) {
  for (NodeIndex viewer : {0U, 2U}) {
    const Member& member = seen_by(cluster, viewer, "n1");
    if (member.status != MemberStatus::alive || member.at != address) {
      return false;
    }
  }
  return true;
}

bool lives_at(Cluster& cluster, NodeIndex host) {
  return lives_at(cluster, Cluster::address(host));
}

void fail(Cluster& cluster) {
  cluster.crash(1);
  REQUIRE(cluster.settles_within(60s, [&] { return cluster.status(0, 1) == MemberStatus::failed; }));
}

}  // namespace

TEST_CASE("a name that left is usable from another address within two probe timeouts") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Cluster cluster(4, name_newcomer, seed);
    settle_three(cluster);
    leave_and_end(cluster, 1);
    cluster.join(newcomer, 0);
    CHECK(cluster.settles_within(3s, [&] { return lives_at(cluster, newcomer); }));
  }
}

TEST_CASE("a name that left does not move while somebody still answers to it at its old address") {
  Cluster cluster(4, name_newcomer);
  settle_three(cluster);
  leave_and_end(cluster, 1);
  Answerer old_home(cluster, 1, "n1");
  cluster.join(newcomer, 0);
  cluster.run_for(2min);
  CHECK(cluster.status(0, 1) == MemberStatus::left);
  CHECK(cluster.node(0).counters().reclaims_refused > 0);
  CHECK(cluster.node(0).counters().name_conflicts > 0);
  old_home.answers = false;
  CHECK(cluster.settles_within(1min, [&] { return lives_at(cluster, newcomer); }));
}

TEST_CASE("a host that answers at its old address too may move: its own word is asked for there") {
  for (const bool leaves : {true, false}) {
    CAPTURE(leaves);
    bool moves = false;
    Cluster cluster(3, [&](NodeIndex i, Config& config) {
      if (i == 1 && moves) {
        config.advertise = second_address(1);
      }
    });
    settle_three(cluster);
    leaves ? leave_and_end(cluster, 1) : fail(cluster);
    cluster.run_for(1min);
    moves = true;
    cluster.restart(1);
    cluster.join(1, 0);
    CHECK(cluster.settles_within(5s, [&] { return lives_at(cluster, second_address(1)); }));
    for (NodeIndex i : {0U, 2U}) {
      CHECK(cluster.node(i).counters().name_conflicts == 0);
      CHECK(cluster.node(i).gauges().reclaims_open == 0);
    }
    cluster.run_for(2min);
    CHECK(lives_at(cluster, second_address(1)));
  }
}

TEST_CASE("a host that is still at its old address is not moved by others' word") {
  Cluster cluster(3);
  settle_three(cluster);
  leave_and_end(cluster, 1);
  cluster.network.cut_both(0, 2);
  cluster.restart(1);  // alive again, and nobody has heard of it
  // At its second address it answers as well.
  cluster.inject(0, Cluster::address(2), alive("n1", 9, second_address(1)));
  cluster.run_for(30s);
  CHECK(seen_by(cluster, 0, "n1").at == Cluster::address(1));
  CHECK(cluster.node(0).counters().reclaims_refused == 1);
  CHECK(cluster.node(0).counters().name_conflicts == 1);
  CHECK(cluster.node(0).gauges().reclaims_open == 0);
}

TEST_CASE("a failed name moves after its grace and not before") {
  for (const Duration grace : {10s, 90s}) {
    Cluster cluster(4, [grace](NodeIndex i, Config& config) {
      name_newcomer(i, config);
      config.serf.dead_node_reclaim = grace;
    });
    settle_three(cluster);
    fail(cluster);
    const Instant failed = cluster.now();
    cluster.join(newcomer, 0);
    cluster.run_for(grace - 1s);
    CHECK(cluster.status(0, 1) == MemberStatus::failed);
    // Its claim comes again with the next push/pull.
    CHECK(cluster.settles_within(40s, [&] { return lives_at(cluster, newcomer); }));
    CHECK(cluster.now() - failed > grace);
  }
}

TEST_CASE("a failed name does not move while its holder still answers, whatever others say of it") {
  Cluster cluster(4, name_newcomer);
  settle_three(cluster);
  fail(cluster);
  Answerer old_home(cluster, 1, "n1");
  cluster.run_for(1min);
  cluster.join(newcomer, 0);
  cluster.run_for(2min);
  CHECK_FALSE(lives_at(cluster, newcomer));
  CHECK(seen_by(cluster, 0, "n1").at == Cluster::address(1));
}

TEST_CASE("a name does not move to where nobody answers to it") {
  Cluster cluster(4, name_newcomer);
  settle_three(cluster);
  leave_and_end(cluster, 1);
  cluster.inject(0, Cluster::address(2), alive("n1", 9, Cluster::address(2)));  // node 2 is not n1
  cluster.run_for(10s);
  CHECK(cluster.status(0, 1) == MemberStatus::left);
  CHECK(cluster.node(0).counters().reclaims_refused == 1);
}

TEST_CASE("no more names move at once than may, and the rest is refused and counted") {
  Cluster cluster(4, [](NodeIndex i, Config& config) {
    name_newcomer(i, config);
    config.limits.reclaims = 0;
  });
  settle_three(cluster);
  leave_and_end(cluster, 1);
  cluster.join(newcomer, 0);
  cluster.run_for(5s);
  CHECK(cluster.status(0, 1) == MemberStatus::left);
  CHECK(cluster.node(0).counters().reclaims_refused > 0);
}

TEST_CASE("a pruned name is usable from another address at once") {
  Cluster cluster(4, name_newcomer);
  settle_three(cluster);
  fail(cluster);
  cluster.force_leave(0, "n1", true);
  cluster.run_for(2s);
  cluster.join(newcomer, 0);
  CHECK(cluster.settles_within(3s, [&] { return lives_at(cluster, newcomer); }));
}

TEST_CASE("while a name asks to move nobody is told that it left after it came") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Cluster cluster(4, name_newcomer, seed);
    settle_three(cluster);
    leave_and_end(cluster, 1);
    const auto left_at = [&] {
      const Member& member = seen_by(cluster, 0, "n1");
      return member.status == MemberStatus::left ? member.status_ltime : 0;
    };
    const std::uint64_t before = left_at();
    REQUIRE(before > 0);
    cluster.inject(0, Cluster::address(2),
                   user_message(wire::JoinIntent{.ltime = before + 20, .node = "n1"}));
    CHECK(left_at() == before);
    cluster.join(newcomer, 0);
    CHECK(cluster.settles_within(3s, [&] { return lives_at(cluster, newcomer); }));
    cluster.run_for(2min);
    CHECK(lives_at(cluster, newcomer));
    CHECK(seen_by(cluster, 0, "n1").status_ltime >= before + 20);
  }
}
