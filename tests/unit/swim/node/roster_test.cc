// What users are told of members that come and change (proto/serf.md, "Members").
#include <doctest/doctest.h>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

MemberStatus status_of(Cluster& cluster, std::string_view name) {
  return seen_by(cluster, 0, name).status;
}

}  // namespace

TEST_CASE("a leave intent that overtakes the member it is about has it leaving when it comes") {
  Cluster cluster(2);
  settle(cluster);
  const auto hear = [&](Bytes datagram) { cluster.inject(0, Cluster::address(1), datagram); };
  hear(user_message(wire::LeaveIntent{.ltime = 100, .node = "late"}));
  hear(user_message(wire::LeaveIntent{.ltime = 100, .node = "back"}));
  hear(user_message(wire::JoinIntent{.ltime = 101, .node = "back"}));
  CHECK(cluster.node(0).gauges().recent_intents_held == 2);
  hear(alive("late", 1));
  hear(alive("back", 1));
  CHECK(status_of(cluster, "late") == MemberStatus::leaving);
  CHECK(status_of(cluster, "back") == MemberStatus::alive);
  CHECK(cluster.node(0).gauges().recent_intents_held == 0);
  hear(user_message(wire::JoinIntent{.ltime = 102, .node = "late"}));
  CHECK(status_of(cluster, "late") == MemberStatus::alive);
}

TEST_CASE("users are told of a member that has other tags, and not of one that speaks other versions") {
  Cluster cluster(2);
  settle(cluster);
  const auto updates = [&] { return cluster.count_member_events(0, MemberEventKind::update, 1); };
  const auto hear = [&](std::uint32_t incarnation, const Versions& versions) {
    cluster.inject(0, Cluster::address(1), alive("n1", incarnation, Cluster::address(1), versions));
  };
  const Versions usual;
  REQUIRE(updates() == 0);
  hear(50, usual);  // without the tags that n1 has
  CHECK(updates() == 1);
  Versions older = usual;
  older.protocol_max = Versions::nack;
  hear(51, older);
  CHECK(updates() == 1);
  CHECK(seen_by(cluster, 0, "n1").versions == older);
}

TEST_CASE("a node alone has told its tags as soon as it has them") {
  Cluster cluster(1);
  const CommandId command = cluster.set_tags(0, {{"role", "db"}});
  const CommandDone* done = cluster.completion(0, command);
  REQUIRE(done != nullptr);
  CHECK(cluster.tags_of(0, 0) == Tags{{"role", "db"}});
}

TEST_CASE("a node that leaves while it joins does not say that it means to stay") {
  Cluster cluster(2);
  const CommandId joining = cluster.join(0, 1);
  const CommandId leaving = cluster.leave(0);
  REQUIRE(cluster.settles_within(30s, [&] { return cluster.completion(0, leaving) != nullptr; }));
  REQUIRE(cluster.settles_within(30s, [&] { return cluster.join_result(0, joining) != nullptr; }));
  cluster.run_for(5s);
  CHECK(cluster.node(0).phase() == Phase::left);
  CHECK(cluster.status(0, 0) != MemberStatus::alive);
}

TEST_CASE("a join dials so many addresses at once as it may, and the others as these end") {
  Cluster cluster(2, [](NodeIndex, Config& config) { config.limits.join_dials = 2; });
  Output out;
  const std::vector<Seed> seeds(5, Seed{elsewhere});
  cluster.node(0).join(cluster.now(), 1, seeds, true, out);
  CHECK(out.streams.size() == 2);
  const StreamId first = std::get<StreamOpen>(out.streams.front()).stream;
  out.clear();
  cluster.node(0).stream_closed(cluster.now(), first, StreamEnd::refused, "connection refused", out);
  CHECK(out.streams.size() == 1);
}
