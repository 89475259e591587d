// Claims with the largest incarnation there is. Nobody can outbid them, so they need rules of their own
// (proto/memberlist.md, "Precedence").
#include <doctest/doctest.h>

#include <limits>

#include "scene.h"
#include "swim/wire/packet.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t largest = std::numeric_limits<std::uint32_t>::max();

/// Every node but 2 is led to believe that node 2 stands there.
void raise_to_largest(Cluster& cluster) {
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    if (i != 2) {
      cluster.inject(i, Cluster::address(1), alive("n2", largest, Cluster::address(2)));
      REQUIRE(seen_by(cluster, i, "n2").incarnation == largest);
    }
  }
}

bool ever_left_alive(const Cluster& cluster, NodeIndex viewer) {
  return cluster.count_member_events(viewer, MemberEventKind::failed, 2) > 0 ||
         cluster.count_member_events(viewer, MemberEventKind::leave, 2) > 0;
}

}  // namespace

TEST_CASE("others' word at the largest incarnation is ignored, counted and not passed on") {
  const std::string name = "n2";
  for (const std::string from : {"n1", "n0", "nobody"}) {  // n0: as if it had found so itself
    CAPTURE(from);
    Cluster cluster(5);
    settle(cluster);
    cluster.inject(0, Cluster::address(1),
                   encoded(wire::Dead{.incarnation = largest, .node = name, .from = from}));
    cluster.inject(0, Cluster::address(1),
                   encoded(wire::Suspect{.incarnation = largest, .node = name, .from = from}));
    CHECK(cluster.liveness(0, 2) == Liveness::alive);
    CHECK(cluster.node(0).counters().claims_rejected == 2);
    cluster.run_for(1min);
    for (NodeIndex i : {1U, 2U, 3U, 4U}) {
      CHECK(cluster.node(i).counters().claims_rejected == 0);
    }
    CHECK(cluster.all_see_alive(5));
  }
}

TEST_CASE("one packet with a death at the largest incarnation and a pruning evicts nobody") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Cluster cluster(5, {}, seed);
    settle(cluster);
    const Buffer prune = user_message(
        wire::LeaveIntent{.ltime = cluster.node(0).stats().member_time + 1, .node = "n2", .prune = true});
    wire::PacketParts parts;
    parts.add(encoded(wire::Dead{.incarnation = largest, .node = "n2", .from = "n1"}));
    parts.add(prune);
    Buffer packet;
    parts.pack(packet);
    cluster.inject(0, Cluster::address(1), packet);
    CHECK(cluster.settles_within(5s, [&] { return cluster.all_see_alive(5); }));
    cluster.run_for(5min);
    CHECK(cluster.all_see_alive(5));
  }
}

TEST_CASE("a state exchange does not carry a death at the largest incarnation either") {
  Cluster cluster(3);
  settle(cluster);
  raise_to_largest(cluster);
  cluster.network.cut_both(0, 2);
  cluster.network.cut_both(1, 2);
  REQUIRE(cluster.settles_within(2min, [&] { return cluster.liveness(0, 2) == Liveness::dead; }));
  cluster.network.heal();
  const auto refused = cluster.node(1).counters().claims_rejected;
  cluster.join(1, 0);
  cluster.run_for(100ms);
  CHECK(cluster.node(1).counters().claims_rejected > refused);
}

TEST_CASE("a member that stands at the largest incarnation and crashes is seen failed once, by everybody") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Cluster cluster(6, {}, seed);
    settle(cluster);
    raise_to_largest(cluster);
    cluster.crash(2);
    CHECK(cluster.settles_within(3min, [&] { return cluster.all_see(2, MemberStatus::failed); }));
    cluster.run_for(10min);
    CHECK(cluster.all_see(2, MemberStatus::failed));
    for (NodeIndex i : {0U, 1U, 3U, 4U, 5U}) {
      CHECK(cluster.count_member_events(i, MemberEventKind::failed, 2) == 1);
      CHECK(cluster.count_member_events(i, MemberEventKind::join, 2) == 1);
    }
  }
}

TEST_CASE("a member that failed at the largest incarnation starts a new life when it is started again") {
  Cluster cluster(5);
  settle(cluster);
  raise_to_largest(cluster);
  cluster.crash(2);
  REQUIRE(cluster.settles_within(3min, [&] { return cluster.all_see(2, MemberStatus::failed); }));
  cluster.restart(2);
  cluster.join(2, 0);
  CHECK(cluster.settles_within(5s, [&] { return cluster.all_see_alive(5); }));
  CHECK(seen_by(cluster, 0, "n2").incarnation < largest);
}

TEST_CASE("a member that was cut off at the largest incarnation is back with the next exchange") {
  Cluster cluster(4);
  settle(cluster);
  raise_to_largest(cluster);
  cluster.run_for(1min);  // the member itself stands there too by now
  cut_off(cluster, 2);
  REQUIRE(cluster.settles_within(5min, [&] { return cluster.status(0, 2) == MemberStatus::failed; }));
  cluster.run_for(3min);
  cluster.network.heal();
  CHECK(cluster.settles_within(3min, [&] { return cluster.all_see_alive(4); }));
}

TEST_CASE("a forged goodbye at the largest incarnation is taken back with its member's next exchange") {
  Cluster cluster(4);
  settle(cluster);
  cluster.inject(0, Cluster::address(1),
                 encoded(wire::Dead{.incarnation = largest, .node = "n2", .from = "n2"}));
  CHECK(ever_left_alive(cluster, 0));
  CHECK(cluster.settles_within(1min, [&] { return cluster.all_see_alive(4); }));
  cluster.run_for(2min);
  CHECK(cluster.all_see_alive(4));
}
