// A process that is gone is known from its host's own word, and only from that with corroboration.
#include <doctest/doctest.h>

#include "scene.h"
#include "swim/members/refusals.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t members = 20;

std::size_t failures_of(Cluster& cluster, NodeIndex about) {
  std::size_t told = 0;
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    told += cluster.count_member_events(i, MemberEventKind::failed, about);
  }
  return told;
}

std::size_t all_failures(Cluster& cluster) {
  std::size_t told = 0;
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    told += failures_of(cluster, i);
  }
  return told;
}

}  // namespace

TEST_CASE("a killed member is failed once it was refused twice, not before and not long after") {
  Cluster cluster(members);
  settle(cluster);
  cluster.crash(1);
  cluster.run_for(Refusals::again_after);
  CHECK(failures_of(cluster, 1) == 0);
  CHECK(cluster.settles_within(2200ms, [&] { return cluster.all_see(1, MemberStatus::failed); }));
  CHECK(failures_of(cluster, 1) == members - 1);
}

TEST_CASE("a member that is back within a second was never failed") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Cluster cluster(members, {}, seed);
    settle(cluster);
    cluster.run_for(std::chrono::milliseconds(50 * seed));
    cluster.crash(1);
    cluster.run_for(1s);
    cluster.restart(1);
    cluster.join(1, 2);
    cluster.run_for(20s);
    CHECK(failures_of(cluster, 1) == 0);
    CHECK(cluster.all_see(1, MemberStatus::alive));
  }
}

TEST_CASE("a host that says nothing gets more time than one that refuses") {
  Cluster cluster(members);
  settle(cluster);
  cluster.pause(1);
  cluster.run_for(3900ms);
  CHECK(failures_of(cluster, 1) == 0);
}

TEST_CASE("from the suspicion to the verdict a refused member always has its time to refute") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Cluster cluster(members, {}, seed);
    settle(cluster);
    cluster.network.loss = 0.25;  // so that helpers' words are missing, and probes end late
    cluster.crash(1);
    const auto seen = [&](Liveness liveness) {
      for (NodeIndex i = 0; i < members; ++i) {
        if (i != 1 && cluster.liveness(i, 1) == liveness) {
          return true;
        }
      }
      return false;
    };
    REQUIRE(cluster.settles_within(20s, [&] { return seen(Liveness::suspect); }));
    cluster.run_for(Refusals::again_after - 20ms);
    CHECK_FALSE(seen(Liveness::dead));
  }
}

TEST_CASE("of many members that are refused at once a node fails no more than two by that") {
  Cluster cluster(members);
  settle(cluster);
  for (NodeIndex i = 1; i <= 12; ++i) {
    cluster.crash(i);
  }
  cluster.run_for(Refusals::window);
  for (NodeIndex i = 13; i < members; ++i) {
    CHECK(cluster.node(i).counters().failed_by_refusals <= 2);
  }
}

TEST_CASE("a firewall between two members is no death") {
  Cluster cluster(members);
  settle(cluster);
  cluster.network.reject.insert({0, 1});
  cluster.network.reject.insert({1, 0});
  cluster.run_for(3min);
  CHECK(all_failures(cluster) == 0);
}

TEST_CASE("who is refused by all others does not bury them by that") {
  Cluster cluster(members);
  settle(cluster);
  for (NodeIndex i = 1; i < members; ++i) {
    cluster.network.reject.insert({0, i});
  }
  cluster.run_for(8s);
  CHECK(all_failures(cluster) == 0);
}

TEST_CASE("without a helper's word a refusal is no verdict") {
  Cluster cluster(2);
  settle(cluster);
  cluster.crash(1);
  cluster.run_for(4s);
  CHECK(cluster.status(0, 1) == MemberStatus::alive);
}

TEST_CASE("a refusal that quotes nothing of a probe under way changes nothing") {
  Cluster cluster(members);
  settle(cluster);
  Output out;
  for (int i = 0; i < 30; ++i) {
    cluster.run_for(100ms);
    cluster.node(0).refused(cluster.now(), Cluster::address(1), as_bytes(std::string(200, 'x')), out);
  }
  CHECK(out.empty());
  CHECK(cluster.node(0).counters().refusals_unmatched == 30);
  CHECK(cluster.node(0).counters().probes_refused == 0);
}

TEST_CASE("in Serf's mode refusals say nothing") {
  Cluster cluster(members, [](NodeIndex, Config& config) { config.habits = Habits::serf(); });
  settle(cluster);
  cluster.crash(1);
  cluster.run_for(4s);
  CHECK(failures_of(cluster, 1) == 0);
}
