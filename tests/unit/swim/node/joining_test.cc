#include <doctest/doctest.h>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

TEST_CASE("two nodes that join see each other at once, with their tags") {
  Cluster cluster(2, [](NodeIndex i, Config& config) { config.tags = {{"svc", i == 0 ? "db" : "web"}}; });
  const CommandId command = cluster.join(1, 0);
  CHECK(cluster.settles_within(100ms, [&] { return cluster.all_see_alive(2); }));
  REQUIRE(cluster.settles_within(100ms, [&] { return cluster.join_result(1, command) != nullptr; }));
  CHECK(cluster.join_result(1, command)->contacted == 1);
  CHECK(cluster.tags_of(0, 1) == Tags{{"svc", "web"}});
  CHECK(cluster.tags_of(1, 0) == Tags{{"svc", "db"}});
}

TEST_CASE("thirty nodes that join one of them all see all of them within a few gossip beats") {
  Cluster cluster(30);
  cluster.join_all();
  CHECK(cluster.settles_within(3s, [&] { return cluster.all_see_alive(30); }));
}

TEST_CASE("joining an address where nobody listens fails with the reason") {
  Cluster cluster(2);
  cluster.crash(1);
  const CommandId command = cluster.join(0, 1);
  REQUIRE(cluster.settles_within(1s, [&] { return cluster.join_result(0, command) != nullptr; }));
  const JoinDone& result = *cluster.join_result(0, command);
  CHECK(result.contacted == 0);
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].seed == 0);
  CHECK(result.failures[0].reason == "connection refused");
}

TEST_CASE("joining an address that swallows packets ends at the stream timeout, not before") {
  Cluster cluster(2);
  cluster.network.cut_both(0, 1);
  const CommandId command = cluster.join(0, 1);
  cluster.run_for(9900ms);
  CHECK(cluster.join_result(0, command) == nullptr);
  REQUIRE(cluster.settles_within(200ms, [&] { return cluster.join_result(0, command) != nullptr; }));
  CHECK(cluster.join_result(0, command)->failures[0].reason == "i/o timeout");
}

TEST_CASE("sealed clusters of every key size converge") {
  for (const std::size_t size : {16U, 24U, 32U}) {
    CAPTURE(size);
    Cluster cluster(5, [size](NodeIndex, Config& config) { config.keys = {Buffer(size, std::byte{7})}; });
    cluster.join_all();
    CHECK(cluster.settles_within(2s, [&] { return cluster.all_see_alive(5); }));
  }
}

TEST_CASE("a node with another key is told so and does not get in") {
  Cluster cluster(2, [](NodeIndex i, Config& config) {
    config.keys = {Buffer(16, std::byte{i == 0 ? std::uint8_t{1} : std::uint8_t{2}})};
  });
  const CommandId command = cluster.join(1, 0);
  REQUIRE(cluster.settles_within(15s, [&] { return cluster.join_result(1, command) != nullptr; }));
  CHECK(cluster.join_result(1, command)->contacted == 0);
  CHECK(cluster.status(0, 1) == MemberStatus::none);
}

TEST_CASE("versions that do not meet refuse the whole exchange and name the member") {
  Cluster cluster(2, [](NodeIndex i, Config& config) { config.protocol = i == 0 ? 2 : 5; });
  // A member that speaks only delegate version 7 poisons the range for everybody.
  const Versions strange{.delegate_min = 7, .delegate_max = 7, .delegate_cur = 7};
  cluster.inject(0, Cluster::address(1), alive("stranger", 1, elsewhere, strange));
  const CommandId command = cluster.join(1, 0);
  REQUIRE(cluster.settles_within(1s, [&] { return cluster.join_result(1, command) != nullptr; }));
  REQUIRE(cluster.join_result(1, command)->failures.size() == 1);
  CHECK(cluster.join_result(1, command)->failures[0].reason.find("is incompatible: [7, 5]") !=
        std::string::npos);
  CHECK(cluster.node(1).counters().merges_refused == 1);
}

TEST_CASE("a restarted node comes back with its new tags although its incarnation starts anew") {
  std::string version = "1";
  Cluster cluster(4, [&](NodeIndex, Config& config) { config.tags = {{"v", version}}; });
  meet(cluster, 2s);
  cluster.set_tags(3, {{"v", "1b"}});
  cluster.run_for(2s);
  version = "2";
  cluster.crash(3);
  cluster.run_for(500ms);
  cluster.restart(3);
  cluster.join(3, 0);
  CHECK(cluster.settles_within(3s, [&] {
    return cluster.tags_of(0, 3) == Tags{{"v", "2"}} && cluster.tags_of(1, 3) == Tags{{"v", "2"}} &&
           cluster.tags_of(2, 3) == Tags{{"v", "2"}};
  }));
  CHECK(cluster.count_member_events(0, MemberEventKind::failed, 3) == 0);
}

TEST_CASE("a join is followed by three exchanges about a second apart, and then by the regular ones") {
  Cluster cluster(3);
  cluster.join(1, 0);
  cluster.join(2, 0);
  REQUIRE(cluster.settles_within(1s, [&] { return cluster.all_see_alive(3); }));
  const auto dialled = [&] { return cluster.node(1).counters().streams_dialled; };
  const auto joined = dialled();
  cluster.run_for(400ms);
  CHECK(dialled() == joined);
  cluster.run_for(3600ms);
  CHECK(dialled() == joined + 3);
  cluster.run_for(25s);
  CHECK(dialled() == joined + 3);
}

TEST_CASE("ten nodes that join within a fifth of a second all see each other within five seconds") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Cluster cluster(10, {}, seed);
    for (NodeIndex i = 1; i < cluster.size(); ++i) {
      cluster.run_for(20ms);
      cluster.join(i, 0);
    }
    CHECK(cluster.settles_within(5s, [&] { return cluster.all_see_alive(10); }));
  }
}
