// Who hears of a suspicion looks for itself; many who have looked make it short.
#include <doctest/doctest.h>

#include <algorithm>

#include "scene.h"
#include "swim/members/suspicion_timeout.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t members = 30;

/// A peer's push/pull with node 0, in whose table n1 is suspected.
void merge_suspicion_of_n1(Cluster& cluster) {
  Output out;
  const auto stream = cluster.node(0).stream_accepted(cluster.now(), Cluster::address(2), out);
  REQUIRE(stream);
  const Member& n1 = seen_by(cluster, 0, "n1");
  Buffer table = encoded(wire::PushPullHeader{.nodes = 1, .user_state_len = 0, .join = false});
  wire::encode(wire::PushNodeState{.name = "n1",
                                   .addr = n1.at.ip.wire(),
                                   .port = n1.at.port,
                                   .meta = n1.meta(),
                                   .incarnation = n1.incarnation,
                                   .state = static_cast<std::int64_t>(wire::NodeState::suspect),
                                   .vsn = n1.versions.wire()},
               table);
  cluster.node(0).stream_received(cluster.now(), *stream, table, out);
  cluster.inject(0, Cluster::address(2), {});  // a call that the cluster knows of: deadlines have changed
}

/// Datagrams of node 0 that hold its own word against n1.
std::size_t own_word_against_n1(Cluster& cluster, Duration within) {
  const Buffer word = encoded(
      wire::Suspect{.incarnation = seen_by(cluster, 0, "n1").incarnation, .node = "n1", .from = "n0"});
  std::size_t seen = 0;
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    const auto found = std::search(sent.bytes.begin(), sent.bytes.end(), word.begin(), word.end());
    seen += sent.from == 0 && found != sent.bytes.end() ? 1U : 0U;
  };
  cluster.run_for(within);
  cluster.on_datagram = {};
  return seen;
}

}  // namespace

TEST_CASE("what stands in a peer's table confirms no suspicion") {
  Cluster cluster(members);
  settle(cluster);
  cluster.pause(1);
  REQUIRE(cluster.settles_within(5s, [&] { return cluster.liveness(0, 1) == Liveness::suspect; }));
  merge_suspicion_of_n1(cluster);
  CHECK(own_word_against_n1(cluster, 100ms) == 0);
}

TEST_CASE("who learns of a suspicion from a peer's table tells of it, and looks for itself at once") {
  Cluster cluster(members);
  settle(cluster);
  merge_suspicion_of_n1(cluster);
  REQUIRE(cluster.liveness(0, 1) == Liveness::suspect);
  CHECK(own_word_against_n1(cluster, 100ms) > 0);
  CHECK(cluster.all_see(1, MemberStatus::alive));
  CHECK(cluster.liveness(0, 1) == Liveness::alive);
  CHECK(cluster.node(0).counters().probes_failed == 0);
}

TEST_CASE("a hung member is failed after its witnessed time, not before and not long after") {
  Cluster cluster(members);
  settle(cluster);
  cluster.pause(1);
  REQUIRE(cluster.settles_within(5s, [&] { return cluster.liveness(0, 1) == Liveness::suspect; }));
  const SuspicionBounds bounds = witnessed_bounds(Timing::lan(), members);
  REQUIRE(bounds.witnessed < bounds.min);
  cluster.run_for(bounds.witnessed - 100ms);
  CHECK(cluster.status(0, 1) == MemberStatus::alive);
  CHECK(cluster.settles_within(1s, [&] { return cluster.all_see(1, MemberStatus::failed); }));
}

TEST_CASE("in Serf's mode a hung member keeps all the time that Serf gives it") {
  Cluster cluster(members, [](NodeIndex, Config& config) { config.habits = Habits::serf(); });
  settle(cluster);
  cluster.pause(1);
  cluster.run_for(suspicion_bounds(Timing::lan(), members).min + 900ms);
  CHECK(cluster.count_member_events(0, MemberEventKind::failed, 1) == 0);
}

TEST_CASE("in one interval nearly every member is probed, and hardly one twice") {
  Cluster cluster(members);
  settle(cluster, 30s);
  std::vector<int> probed(members);
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    if (!sent.bytes.empty() && sent.bytes[0] == static_cast<std::byte>(wire::MessageType::ping)) {
      ++probed[*host_number(sent.to)];
    }
  };
  constexpr int intervals = 100;
  int missed = 0;
  for (int i = 0; i < intervals; ++i) {
    std::ranges::fill(probed, 0);
    cluster.run_for(1s);
    missed += static_cast<int>(std::ranges::count(probed, 0));
  }
  // By lot it would be 37 of 100; phases differ, so that a probe may come a little early or late.
  CHECK(missed < intervals * static_cast<int>(members) * 22 / 100);
}
