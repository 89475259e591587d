// Leaves on a network that loses a tenth of all packets. Whoever leaves is gone when its leave is
// done, so what was lost by then is for the others to repair.
#include <doctest/doctest.h>

#include "scene.h"
#include "sim/answerer.h"
#include "swim/members/suspicion_timeout.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Node 1 leaves a cluster of that size, and its process ends with the leave.
void check_leave_under_loss(std::size_t size, std::uint64_t seed, Duration limit) {
  CAPTURE(size);
  CAPTURE(seed);
  Cluster cluster(size, {}, seed);
  meet(cluster);
  cluster.network.loss = 0.1;
  cluster.run_for(3s);
  leave_and_end(cluster, 1);
  CHECK(cluster.settles_within(limit, [&] { return cluster.all_see(1, MemberStatus::left); }));
  for (NodeIndex i = 0; i < size; ++i) {
    CHECK(cluster.count_member_events(i, MemberEventKind::failed, 1) == 0);
  }
}

}  // namespace

TEST_CASE("a leave is seen as left by all and as failed by none although a tenth of all packets is lost") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    check_leave_under_loss(20, seed, 30s);
  }
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    check_leave_under_loss(50, seed, 1min);
  }
}

TEST_CASE("a node that goes on answering while it leaves is not kept by its answers") {
  Cluster cluster(3);
  cluster.crash(2);
  cluster.join(1, 0);
  Answerer ghost(cluster, 2, "n2");
  for (NodeIndex i : {0U, 1U}) {
    cluster.inject(i, Cluster::address(2), alive("n2", 1, Cluster::address(2)));
  }
  cluster.run_for(5s);
  REQUIRE(cluster.all_see(2, MemberStatus::alive));
  const std::size_t answered = ghost.answered;
  REQUIRE(answered > 0);
  cluster.inject(0, Cluster::address(2),
                 user_message(wire::LeaveIntent{.ltime = 50, .node = "n2", .prune = false}));
  REQUIRE(cluster.settles_within(2s, [&] { return cluster.all_see(2, MemberStatus::leaving); }));
  cluster.run_for(2min);
  CHECK(cluster.all_see(2, MemberStatus::leaving));
  CHECK(ghost.answered > answered + 100);
  ghost.answers = false;
  CHECK(cluster.settles_within(1min, [&] { return cluster.all_see(2, MemberStatus::left); }));
  CHECK(cluster.count_member_events(0, MemberEventKind::failed, 2) == 0);
}

TEST_CASE("an answer to a ping does not end a suspicion: only the member's own word does") {
  Cluster cluster(3);
  cluster.crash(2);
  cluster.join(1, 0);
  Answerer ghost(cluster, 2, "n2");
  cluster.inject(0, Cluster::address(2), alive("n2", 1, Cluster::address(2)));
  cluster.run_for(5s);
  cluster.inject(0, Cluster::address(1),
                 encoded(wire::Suspect{.incarnation = 1, .node = "n2", .from = "n1"}));
  const Duration longest = suspicion_bounds(Timing::lan(), 3).max;
  const std::size_t answered = ghost.answered;
  CHECK(cluster.settles_within(longest + 100ms, [&] { return cluster.liveness(0, 2) == Liveness::dead; }));
  CHECK(ghost.answered > answered);
}

TEST_CASE("a goodbye whose leave intent was lost is a leave all the same") {
  Cluster cluster(2);
  cluster.join(1, 0);
  REQUIRE(cluster.settles_within(2s, [&] { return cluster.all_see_alive(2); }));
  cluster.run_for(5s);
  cluster.crash(1);
  cluster.inject(0, Cluster::address(1), encoded(wire::Dead{.incarnation = 1, .node = "n1", .from = "n1"}));
  CHECK(cluster.status(0, 1) == MemberStatus::left);
  CHECK(cluster.count_member_events(0, MemberEventKind::leave, 1) == 1);
}

TEST_CASE("whoever suspects a member that has left is told of its leave at once") {
  // The whole leave is over before anybody who is cut off gives up on the others.
  Cluster cluster(3, [](NodeIndex, Config& config) { config.serf.leave_propagate_delay = 0s; });
  meet(cluster, 2s);
  cluster.run_for(10s);
  // Node 2 misses the whole leave of node 1.
  cluster.network.cut_both(2, 0);
  cluster.network.cut_both(2, 1);
  leave_and_end(cluster, 1);
  REQUIRE(cluster.status(2, 1) == MemberStatus::alive);
  cluster.network.heal();
  cluster.network.tcp_cut = {{0, 2}, {2, 0}};  // no push/pull: it is the suspicion that is answered
  CHECK(cluster.settles_within(8s, [&] { return cluster.status(2, 1) == MemberStatus::left; }));
  CHECK(cluster.count_member_events(2, MemberEventKind::failed, 1) == 0);
}

TEST_CASE(
    "of a leave only so many are told in a probe interval, and only who suspects that life of the member") {
  Cluster cluster(3);
  meet(cluster, 2s);
  leave_and_end(cluster, 1);
  cluster.run_for(20s);  // nothing is left to tell
  const auto told_of_suspicions = [&](std::uint32_t incarnation, int times) {
    const Buffer suspect = encoded(wire::Suspect{.incarnation = incarnation, .node = "n1", .from = "n2"});
    const auto before = cluster.node(0).counters().datagrams_sent;
    for (int i = 0; i < times; ++i) {
      cluster.inject(0, Cluster::address(2), suspect);
    }
    return cluster.node(0).counters().datagrams_sent - before;
  };
  CHECK(told_of_suspicions(2, 1) == 0);
  CHECK(told_of_suspicions(1, 32) == 32);
  CHECK(cluster.node(0).counters().goodbyes_withheld == 0);
  CHECK(told_of_suspicions(1, 1000) == 0);
  CHECK(cluster.node(0).counters().goodbyes_withheld == 1000);
  cluster.run_for(Timing::lan().probe_interval);
  CHECK(told_of_suspicions(1, 33) == 32);
  CHECK(cluster.node(0).counters().goodbyes_withheld == 1001);
}
