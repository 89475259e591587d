#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

Buffer leave_intent(NodeIndex member, std::uint64_t ltime) {
  const std::string name = Cluster::name(member);
  return user_message(wire::LeaveIntent{.ltime = ltime, .node = name, .prune = false});
}

}  // namespace

TEST_CASE("a member that leaves is seen left by all and failed by none") {
  Cluster cluster(6);
  settle(cluster);
  const CommandId command = cluster.leave(3);
  REQUIRE(cluster.settles_within(10s, [&] { return cluster.completion(3, command) != nullptr; }));
  CHECK_FALSE(cluster.completion(3, command)->timed_out);
  CHECK(cluster.node(3).phase() == Phase::left);
  cluster.crash(3);
  CHECK(cluster.settles_within(5s, [&] { return cluster.all_see(3, MemberStatus::left); }));
  cluster.run_for(2min);
  for (NodeIndex viewer : {0U, 1U, 2U, 4U, 5U}) {
    CHECK(cluster.count_member_events(viewer, MemberEventKind::leave, 3) == 1);
    CHECK(cluster.count_member_events(viewer, MemberEventKind::failed, 3) == 0);
  }
}

TEST_CASE("a node alone leaves at once") {
  Cluster cluster(1);
  const CommandId command = cluster.leave(0);
  REQUIRE(cluster.completion(0, command) != nullptr);
  CHECK(cluster.node(0).phase() == Phase::left);
}

TEST_CASE("a goodbye comes when the intent has had time to be passed on, not before and not long after") {
  Cluster cluster(10);  // 8 transmissions at 3 a beat of 200 ms, and two beats more: 1 s
  settle(cluster);
  cluster.leave(0);
  cluster.run_for(990ms);
  for (NodeIndex viewer = 1; viewer < 10; ++viewer) {
    CHECK(cluster.status(viewer, 0) == MemberStatus::leaving);
  }
  CHECK(cluster.settles_within(600ms, [&] { return cluster.all_see(0, MemberStatus::left); }));
}

TEST_CASE("who leaves tells its peers itself, up to 32 of them") {
  for (const std::size_t size : {2U, 8U, 33U, 60U}) {
    CAPTURE(size);
    Cluster cluster(size);
    settle(cluster);
    std::set<Endpoint> told;
    cluster.on_datagram = [&](const Cluster::Sent& sent) { told.insert(sent.to); };
    cluster.leave(1);
    CHECK(told.size() == std::min<std::size_t>(size - 1, 32));
  }
}

TEST_CASE("leaving twice is refused") {
  Cluster cluster(2);
  settle(cluster);
  cluster.leave(0);
  Output out;
  CHECK_FALSE(cluster.node(0).leave(cluster.now(), 99, out));
}

TEST_CASE("a leave that cannot be told in time ends all the same, and says so") {
  // Four beats of 200 ms are needed to tell it.
  Cluster cluster(2, [](NodeIndex, Config& config) { config.serf.broadcast_timeout = 100ms; });
  settle(cluster);
  const CommandId command = cluster.leave(0);
  REQUIRE(cluster.settles_within(3s, [&] { return cluster.completion(0, command) != nullptr; }));
  CHECK(cluster.completion(0, command)->timed_out);
  CHECK(cluster.node(0).phase() == Phase::left);
}

TEST_CASE("a node whose only peer is suspected still says goodbye to it") {
  Cluster cluster(2);
  settle(cluster);
  cluster.inject(0, Cluster::address(1),
                 encoded(wire::Suspect{.incarnation = 9, .node = "n1", .from = "n0"}));
  REQUIRE(cluster.liveness(0, 1) == Liveness::suspect);
  const CommandId command = cluster.leave(0);
  CHECK(cluster.completion(0, command) == nullptr);
  REQUIRE(cluster.settles_within(10s, [&] { return cluster.completion(0, command) != nullptr; }));
  cluster.crash(0);
  cluster.run_for(1min);
  CHECK(cluster.status(1, 0) == MemberStatus::left);
  CHECK(cluster.count_member_events(1, MemberEventKind::failed, 0) == 0);
}

TEST_CASE("a dead claim about a node that has only begun to leave is refuted") {
  Cluster cluster(3);
  settle(cluster);
  const CommandId command = cluster.leave(0);
  cluster.inject(0, Cluster::address(2), encoded(wire::Dead{.incarnation = 1, .node = "n0", .from = "n2"}));
  CHECK(cluster.liveness(0, 0) == Liveness::alive);
  REQUIRE(cluster.settles_within(10s, [&] { return cluster.completion(0, command) != nullptr; }));
  CHECK_FALSE(cluster.completion(0, command)->timed_out);
  CHECK(cluster.liveness(1, 0) == Liveness::left);
}

TEST_CASE("new tags on a node that has left do not call it back") {
  Cluster cluster(2);
  settle(cluster);
  cluster.leave(0);
  REQUIRE(cluster.settles_within(10s, [&] { return cluster.node(0).phase() == Phase::left; }));
  const CommandId command = cluster.set_tags(0, {{"late", "1"}});
  CHECK(cluster.completion(0, command) != nullptr);
  cluster.run_for(10s);
  CHECK(cluster.status(1, 0) == MemberStatus::left);
}

TEST_CASE("a leave intent about a member that stays is overruled by it") {
  Cluster cluster(4);
  settle(cluster);
  cluster.inject(0, Cluster::address(3), leave_intent(1, 500));
  CHECK(cluster.status(0, 1) == MemberStatus::leaving);
  CHECK(cluster.settles_within(5s, [&] { return cluster.all_see(1, MemberStatus::alive); }));
}

TEST_CASE("an intent older than the member's status changes nothing") {
  Cluster cluster(3);
  settle(cluster);
  cluster.inject(0, Cluster::address(2), leave_intent(1, 0));
  CHECK(cluster.status(0, 1) == MemberStatus::alive);
}

TEST_CASE("an intent with an impossible Lamport time is refused and the clock stays") {
  Cluster cluster(3);
  settle(cluster);
  const auto before = cluster.node(0).stats().member_time;
  for (const std::uint64_t ltime : {1ULL << 63U, ~0ULL, ~0ULL - 1}) {
    cluster.inject(0, Cluster::address(2), leave_intent(1, ltime));
  }
  CHECK(cluster.node(0).stats().member_time == before);
  CHECK(cluster.node(0).counters().lamport_refused == 3);
  CHECK(cluster.status(0, 1) == MemberStatus::alive);
}

TEST_CASE("force-leave turns a failed member into a left one everywhere") {
  Cluster cluster(4);
  settle(cluster);
  cluster.crash(2);
  REQUIRE(cluster.settles_within(60s, [&] { return cluster.all_see(2, MemberStatus::failed); }));
  const CommandId command = cluster.force_leave(0, "n2", false);
  CHECK(cluster.settles_within(5s, [&] { return cluster.all_see(2, MemberStatus::left); }));
  REQUIRE(cluster.settles_within(6s, [&] { return cluster.completion(0, command) != nullptr; }));
  CHECK_FALSE(cluster.completion(0, command)->timed_out);
  CHECK(cluster.count_member_events(1, MemberEventKind::leave, 2) == 1);
}

TEST_CASE("force-leave with prune erases the member everywhere") {
  Cluster cluster(4);
  settle(cluster);
  cluster.crash(2);
  REQUIRE(cluster.settles_within(60s, [&] { return cluster.all_see(2, MemberStatus::failed); }));
  cluster.force_leave(0, "n2", true);
  CHECK(cluster.settles_within(5s, [&] { return cluster.all_see(2, MemberStatus::none); }));
  CHECK(cluster.count_member_events(3, MemberEventKind::reap, 2) == 1);
}

TEST_CASE("force-leave of a name nobody knows completes without an error") {
  Cluster cluster(2);
  settle(cluster);
  const CommandId command = cluster.force_leave(0, "nobody", false);
  REQUIRE(cluster.settles_within(6s, [&] { return cluster.completion(0, command) != nullptr; }));
  CHECK_FALSE(cluster.completion(0, command)->timed_out);
}

TEST_CASE("a name that left can come back from another address") {
  Cluster cluster(4, [](NodeIndex i, Config& config) {
    if (i == 3) {
      config.name = "n1";  // a second host that takes over the name
    }
  });
  cluster.join(1, 0);
  cluster.join(2, 0);
  REQUIRE(cluster.settles_within(5s, [&] { return cluster.status(2, 1) == MemberStatus::alive; }));
  cluster.leave(1);
  REQUIRE(cluster.settles_within(10s, [&] { return cluster.node(1).phase() == Phase::left; }));
  cluster.crash(1);
  cluster.join(3, 0);
  CHECK(cluster.settles_within(5s, [&] {
    const Member& member = seen_by(cluster, 2, "n1");
    return member.status == MemberStatus::alive && member.at == Cluster::address(3);
  }));
}

TEST_CASE("a name in use cannot be taken: its holder and the others report the conflict") {
  Cluster cluster(3, [](NodeIndex i, Config& config) {
    if (i == 2) {
      config.name = "n1";
    }
  });
  cluster.join(1, 0);
  REQUIRE(cluster.settles_within(5s, [&] { return cluster.status(0, 1) == MemberStatus::alive; }));
  cluster.join(2, 0);
  cluster.run_for(5s);
  CHECK(seen_by(cluster, 0, "n1").at == Cluster::address(1));
  CHECK(cluster.node(0).counters().name_conflicts > 0);
}
