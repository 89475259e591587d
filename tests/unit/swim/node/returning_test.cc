// A member that has left may come back, and some hear of it later than others.
#include <doctest/doctest.h>

#include <string>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

TEST_CASE("who was parted from a member that came back does not make others call it leaving") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Cluster cluster(4, {}, seed);
    settle(cluster);
    leave_and_end(cluster, 2);
    for (const NodeIndex a : {0U, 2U}) {
      for (const NodeIndex b : {1U, 3U}) {
        cluster.network.cut_both(a, b);
      }
    }
    cluster.run_for(5min);  // 1 and 3 count up the time of its leave in each exchange, as peers do
    cluster.restart(2);
    cluster.join(2, 0);
    cluster.run_for(1min);
    cluster.network.heal();
    CHECK(cluster.settles_within(5min, [&] { return cluster.all_see_alive(4); }));
    cluster.run_for(5min);
    CHECK(cluster.all_see_alive(4));
  }
}

TEST_CASE("who ended in the middle of its leave and came back is not called leaving for ever") {
  for (const auto left_for : {20ms, 100ms, 600ms}) {
    Cluster cluster(2);
    settle(cluster);
    cluster.leave(0);
    cluster.run_for(left_for);
    REQUIRE(cluster.status(1, 0) == MemberStatus::leaving);
    cluster.restart(0);
    cluster.run_for(10s);
    cluster.join(1, 0);  // it does not join anybody itself: then it would say so anyway
    CHECK(cluster.settles_within(1min, [&] { return cluster.all_see_alive(2); }));
  }
}

TEST_CASE("who missed a leave hears of it in a push/pull, once the member is gone") {
  Cluster cluster(4);
  settle(cluster);
  cut_off(cluster, 3);
  leave_and_end(cluster, 2);
  cluster.run_for(2min);
  CHECK(cluster.status(3, 2) == MemberStatus::failed);
  cluster.network.heal();
  CHECK(cluster.settles_within(5min, [&] { return cluster.all_see(2, MemberStatus::left); }));
}

TEST_CASE("two that come back at once find each other, though the last that knew them as left is going") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    Cluster cluster(3, {}, seed);
    settle(cluster);
    const CommandId first = cluster.leave(0);
    const CommandId second = cluster.leave(1);
    cluster.leave(2);
    REQUIRE(cluster.settles_within(20s, [&] {
      return cluster.completion(0, first) != nullptr && cluster.completion(1, second) != nullptr;
    }));
    cluster.restart(0);
    cluster.restart(1);
    cluster.join(0, 1);
    cluster.join(0, 2);
    cluster.join(1, 2);
    cluster.run_for(200ms);
    cluster.crash(2);
    CHECK(cluster.settles_within(1min, [&] {
      return cluster.status(0, 1) == MemberStatus::alive && cluster.status(1, 0) == MemberStatus::alive;
    }));
  }
}

TEST_CASE(
    "who comes back by a node that missed its leave, and more before it, is not called leaving for ever") {
  for (const int missed_before : {0, 5}) {
    CAPTURE(missed_before);
    Cluster cluster(3);
    settle(cluster);
    cut_off(cluster, 1);
    for (int i = 0; i < missed_before; ++i) {
      cluster.force_leave(0, "nobody" + std::to_string(i), false);
    }
    cluster.run_for(1s);
    cluster.leave(2);
    REQUIRE(cluster.settles_within(500ms, [&] { return cluster.status(0, 2) == MemberStatus::leaving; }));
    cluster.run_for(400ms);  // nobody has anything left to tell of it
    cluster.crash(2);        // before its goodbye
    cluster.network.heal();
    cut_off(cluster, 0);
    cluster.restart(2);
    cluster.join(2, 1);
    cluster.run_for(1s);
    CHECK(cluster.status(0, 2) == MemberStatus::leaving);
    cluster.network.heal();
    CHECK(cluster.settles_within(3min, [&] { return cluster.all_see_alive(3); }));
  }
}
