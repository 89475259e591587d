// A firewall that refuses must not look like a dead process.
#include <doctest/doctest.h>

#include "scene.h"
#include "swim/members/refusals.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Told by those who come after the first `fenced`: gossip does not reach these.
std::size_t failures(Cluster& cluster, NodeIndex fenced) {
  std::size_t told = 0;
  for (NodeIndex i = fenced; i < cluster.size(); ++i) {
    const auto events = events_of<MemberEvent>(cluster, i);
    told += static_cast<std::size_t>(std::ranges::count(events, MemberEventKind::failed, &MemberEvent::kind));
  }
  return told;
}

std::uint64_t refused_probes(Cluster& cluster) {
  std::uint64_t refused = 0;
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    refused += cluster.node(i).counters().probes_refused;
  }
  return refused;
}

/// The first of the cluster get such a firewall, at the same moment, and are watched for two minutes.
void fence(Cluster& cluster, NodeIndex count, const Firewall& firewall) {
  settle(cluster);
  for (NodeIndex i = 0; i < count; ++i) {
    cluster.network.firewalls.put(i, firewall);
  }
  cluster.run_for(2min);
}

/// Whose way in is closed again before the next turn of the one who would use it.
constexpr Firewall forgetful{.remembers = 1s};

}  // namespace

TEST_CASE("who hears nothing but answers is not failed: it hears of its suspicion by them") {
  struct Case {
    std::size_t members;
    NodeIndex fenced;
    Duration remembers;
  };
  for (const Case& fault : {Case{20, 1, 1s}, Case{20, 7, 10s}, Case{60, 18, 30s}}) {
    CAPTURE(fault.members);
    CAPTURE(fault.fenced);
    Cluster cluster(fault.members);
    fence(cluster, fault.fenced, {.remembers = fault.remembers});
    CHECK(refused_probes(cluster) > 0);
    CHECK(failures(cluster, fault.fenced) == 0);
  }
}

TEST_CASE("nor is it while some can reach it and others are refused") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Cluster cluster(40, {}, seed);
    fence(cluster, 1, {.remembers = 10s});
    CHECK(refused_probes(cluster) > 0);
    CHECK(failures(cluster, 1) == 0);
  }
}

TEST_CASE("who refuses datagrams and takes calls over TCP is never even suspected for that") {
  Cluster cluster(20);
  fence(cluster, 3, {.tcp = false, .remembers = 1s});
  CHECK(refused_probes(cluster) > 0);
  CHECK(failures(cluster, 0) == 0);
  for (NodeIndex i = 0; i < 3; ++i) {
    CHECK(cluster.node(i).counters().refutations == 0);
  }
}

TEST_CASE("who takes datagrams and refuses calls over TCP is not suspected") {
  Cluster cluster(20);
  fence(cluster, 3, {.udp = false});
  CHECK(refused_probes(cluster) == 0);
  CHECK(failures(cluster, 0) == 0);
}

TEST_CASE("who is refused by all and refuses all is as good as gone") {
  Cluster cluster(20);
  settle(cluster);
  for (NodeIndex i = 1; i < cluster.size(); ++i) {
    cluster.network.reject.insert({0, i});
    cluster.network.reject.insert({i, 0});
  }
  CHECK(cluster.settles_within(10s, [&] {
    for (NodeIndex i = 1; i < cluster.size(); ++i) {
      if (cluster.status(i, 0) != MemberStatus::failed) {
        return false;
      }
    }
    return true;
  }));
}

TEST_CASE("who has refuted is not failed by refusals until it was left alone for long") {
  for (const bool long_ago : {false, true}) {
    Cluster cluster(20);
    settle(cluster);
    const Buffer suspicion = encoded(
        wire::Suspect{.incarnation = seen_by(cluster, 0, "n1").incarnation, .node = "n1", .from = "n2"});
    cluster.inject(0, Cluster::address(2), suspicion);
    cluster.run_for(long_ago ? Refusals::refuted_counts + 1s : 10s);
    REQUIRE(cluster.node(1).counters().refutations == 1);
    cluster.crash(1);
    CHECK(cluster.settles_within(20s, [&] { return cluster.all_see(1, MemberStatus::failed); }));
    std::uint64_t by_refusals = 0;
    for (NodeIndex i = 0; i < cluster.size(); ++i) {
      by_refusals += cluster.node(i).counters().failed_by_refusals;
    }
    CHECK((by_refusals > 0) == long_ago);
  }
}

TEST_CASE("of many that are refused at once all members together fail no more than two by that") {
  Cluster cluster(20);
  settle(cluster);
  for (NodeIndex i = 1; i <= 12; ++i) {
    cluster.crash(i);
  }
  cluster.run_for(2900ms);  // less than a witnessed suspicion lasts
  std::size_t failed = 0;
  for (NodeIndex i = 1; i <= 12; ++i) {
    failed += cluster.all_see(i, MemberStatus::alive) ? 0U : 1U;
  }
  CHECK(failed <= 2);
  CHECK(cluster.settles_within(20s, [&] { return cluster.all_see_alive(8); }));
}

TEST_CASE("who is failed by mistake, and cannot be reached, hears of it by the answer to its next ping") {
  Cluster cluster(20, [](NodeIndex, Config& config) { config.habits.suspected_first = false; });
  settle(cluster);
  cluster.network.firewalls.put(1, forgetful);
  const Buffer death =
      encoded(wire::Dead{.incarnation = seen_by(cluster, 0, "n1").incarnation, .node = "n1", .from = "n2"});
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    if (i != 1) {
      cluster.inject(i, Cluster::address(2), death);
    }
  }
  REQUIRE(cluster.status(0, 1) == MemberStatus::failed);
  CHECK(cluster.settles_within(1500ms, [&] { return cluster.all_see(1, MemberStatus::alive); }));
}
