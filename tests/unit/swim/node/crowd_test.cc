// Many that come together: what is not told twice, and how nobody is missed all the same
// (docs/decisions/0018).
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "scene.h"
#include "swim/members/crowd.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Node `to` hears that so many are there, whose names begin so, and where nobody listens.
void tell_of_many(Cluster& cluster, NodeIndex to, std::size_t many, const std::string& prefix = "m") {
  for (std::size_t i = 0; i < many; ++i) {
    const Buffer claim = alive(prefix + std::to_string(i), 1);
    cluster.inject(to, elsewhere, claim);
  }
}

/// News of members that a node has to tell when it has joined one that knows so many.
std::size_t told_by_newcomer(std::size_t many) {
  Cluster cluster(2);
  tell_of_many(cluster, 0, many);
  const CommandId command = cluster.join(1, 0);
  REQUIRE(cluster.settles_within(1s, [&] { return cluster.join_result(1, command) != nullptr; }));
  REQUIRE(cluster.node(1).members().count(MemberStatus::alive) == many + 2);
  return cluster.node(1).stats().member_queue;
}

struct Traffic {
  std::uint64_t datagrams = 0;
  std::uint64_t bytes = 0;
};

/// Sent by a node that hears of a crowd, of each eight times, as told by others.
Traffic traffic_of_a_crowd(bool tells_less) {
  Cluster cluster(1, [&](NodeIndex, Config& config) { config.habits.crowd_tells_less = tells_less; });
  for (std::size_t i = 0; i < 5 * crowd_from; ++i) {
    const Buffer claim = alive("m" + std::to_string(i), 1);
    for (int heard = 0; heard < 8; ++heard) {
      cluster.inject(0, elsewhere, claim);
    }
    cluster.run_for(1ms);
  }
  cluster.run_for(2s);
  return {cluster.node(0).counters().datagrams_sent, cluster.node(0).counters().bytes_sent};
}

/// Push/pulls that a node makes in so long after so many members came, one each millisecond; behind one of
/// them is a pause.
std::uint64_t exchanges_after_arrivals(std::size_t arrivals, Duration wait, std::size_t pause_at = 0) {
  Cluster cluster(2, [](NodeIndex, Config& config) { config.timing.push_pull_interval = 10h; });
  for (std::size_t i = 1; i < arrivals; ++i) {  // node 1, which hears of them, is the last
    const Buffer claim = alive("m" + std::to_string(i), 1, Cluster::address(1));
    cluster.inject(0, Cluster::address(1), claim);
    cluster.run_for(i == pause_at ? 2100ms : 1ms);
  }
  cluster.run_for(wait);
  return cluster.node(0).counters().push_pulls_begun;
}

}  // namespace

TEST_CASE("a newcomer among many does not tell them what it is told; a few may have missed each other") {
  CHECK(told_by_newcomer(crowd_from - 2) > crowd_from / 2);
  CHECK(told_by_newcomer(crowd_from) <= 1);  // itself
}

TEST_CASE("a newcomer that asks two clusters at once tells each of the other") {
  Cluster cluster(3);
  tell_of_many(cluster, 0, crowd_from, "here");
  tell_of_many(cluster, 1, crowd_from, "there");
  cluster.join(2, 0);
  cluster.join(2, 1);
  const std::size_t all = 2 * crowd_from + 3;
  REQUIRE(cluster.settles_within(1s, [&] { return cluster.node(2).members().row_count() == all; }));
  CHECK(cluster.node(2).stats().member_queue > crowd_from);
}

TEST_CASE("when a crowd has been there for two seconds, all make a push/pull within two more") {
  CHECK(exchanges_after_arrivals(crowd_from - 1, 4s) == 0);
  CHECK(exchanges_after_arrivals(crowd_from, 1900ms) == 0);
  CHECK(exchanges_after_arrivals(crowd_from, 4100ms) == 1);
}

TEST_CASE("those who come long after each other are no crowd, however many they are") {
  CHECK(exchanges_after_arrivals(crowd_from + 10, 4100ms, crowd_from / 2) == 0);
}

TEST_CASE(
    "a node that hears of a crowd from many sides sends half of the packets, with two thirds of the bytes") {
  const Traffic less = traffic_of_a_crowd(true);
  const Traffic all = traffic_of_a_crowd(false);
  CHECK(2 * less.datagrams < all.datagrams);
  CHECK(3 * less.bytes < 2 * all.bytes);
}

TEST_CASE("news of members waits for a beat at most while a crowd arrives, and not at all when they have") {
  Crowd crowd;
  const Instant now = Instant{} + 1h;
  crowd.last_arrival = now;
  for (const auto& [arrivals, slowdown] :
       {std::pair{0, 1}, {127, 1}, {128, 4}, {400, 12}, {639, 19}, {640, 20}, {5000, 20}}) {
    crowd.arrivals = static_cast<std::size_t>(arrivals);
    CHECK(crowd.slowdown(now) == slowdown);
    CHECK(crowd.slowdown(now + 2s) == slowdown);
    CHECK(crowd.slowdown(now + 2s + 1ns) == 1);
  }
}
