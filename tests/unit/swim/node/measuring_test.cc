// What is measured, and when, is what a real serf sent to statsd while it joined, was asked and lost a
// member.
#include <doctest/doctest.h>

#include <algorithm>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;
using What = Measured::What;

namespace {

void measure(NodeIndex, Config& config) {
  config.measure = true;
}

std::vector<Measured> measured(const Cluster& cluster, NodeIndex i, What what) {
  std::vector<Measured> found = events_of<Measured>(cluster, i);
  std::erase_if(found, [what](const Measured& one) { return one.what != what; });
  return found;
}
}  // namespace

TEST_CASE("a node that is not asked to measure tells no figures") {
  Cluster cluster(3);
  meet(cluster);
  cluster.send_event(0, "deploy", "v1");
  cluster.run_for(1min);
  const auto is_figure = [](const Event& event) { return std::holds_alternative<Measured>(event); };
  CHECK(std::ranges::none_of(cluster.events(0), is_figure));
}

TEST_CASE("a probe is measured from its ping on, answered or not, and each move of the coordinate") {
  Cluster cluster(2, measure);
  meet(cluster);
  REQUIRE(cluster.settles_within(5s, [&] { return !measured(cluster, 0, What::probe).empty(); }));
  CHECK(measured(cluster, 0, What::probe).size() == 1);
  CHECK(measured(cluster, 0, What::probe)[0].since < cluster.now());
  CHECK(cluster.now() - measured(cluster, 0, What::probe)[0].since < 500ms);
  REQUIRE(measured(cluster, 0, What::coordinate_moved).size() == 1);
  CHECK(measured(cluster, 0, What::coordinate_moved)[0].value > 0);
  cluster.crash(1);
  REQUIRE(cluster.settles_within(10s, [&] { return cluster.node(0).counters().probes_failed == 1; }));
  const Measured last = measured(cluster, 0, What::probe).back();
  CHECK(cluster.now() - last.since == 1s);  // the whole interval of the lan profile
}

TEST_CASE("an exchange is measured by the one that began it") {
  Cluster cluster(2, measure);
  const Instant start = cluster.now();
  meet(cluster);
  REQUIRE_FALSE(measured(cluster, 1, What::push_pull).empty());
  CHECK(measured(cluster, 1, What::push_pull)[0].since == start);
  CHECK(measured(cluster, 0, What::push_pull).empty());
  CHECK(cluster.node(1).counters().push_pulls_begun >= 1);
  CHECK(cluster.node(1).counters().stream_bytes_sent > 0);
}

TEST_CASE("a Serf message is measured in bytes for each peer it is told to, and for each copy that comes") {
  Cluster cluster(2, measure);
  meet(cluster);
  cluster.run_for(10s);
  const std::size_t sent = measured(cluster, 0, What::message_sent).size();
  const std::size_t received = measured(cluster, 1, What::message_received).size();
  REQUIRE(cluster.send_event(0, "deploy", "v1"));
  cluster.run_for(10s);
  const auto after = measured(cluster, 0, What::message_sent);
  REQUIRE(after.size() == sent + 4);  // the retransmit limit of two members
  REQUIRE(measured(cluster, 1, What::message_received).size() == received + 4);
  CHECK(after.back().value == measured(cluster, 1, What::message_received).back().value);
  CHECK(after.back().value > 8);
  CHECK(measured(cluster, 0, What::gossip).size() >= 4);
}

TEST_CASE("the first copy of a query is heard by its name, whoever is asked") {
  Cluster cluster(3, measure);
  meet(cluster);
  REQUIRE(cluster.query(0, "load", "", {.nodes = {"n1"}, .want_acks = true}));
  cluster.run_for(5s);
  for (NodeIndex i = 0; i < 3; ++i) {
    const auto heard = measured(cluster, i, What::query_heard);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].name == "load");
  }
  CHECK(cluster.node(0).counters().query_acks == 1);
  CHECK(cluster.node(0).counters().query_acks_duplicate == 0);
}

TEST_CASE("claims that change something are counted, and suspicions that nobody confirmed") {
  Cluster cluster(2);
  meet(cluster);
  CHECK(cluster.node(0).counters().claims_alive == 2);
  CHECK(cluster.node(0).counters().claims_suspect == 0);
  cluster.set_tags(1, {{"a", "b"}});
  cluster.run_for(5s);
  CHECK(cluster.node(0).counters().claims_alive == 3);
  cluster.crash(1);
  REQUIRE(cluster.settles_within(40s, [&] { return cluster.all_see(1, MemberStatus::failed); }));
  CHECK(cluster.node(0).counters().claims_suspect == 1);
  CHECK(cluster.node(0).counters().claims_dead == 1);
  CHECK(cluster.node(0).counters().suspicions_unconfirmed == 0);  // two members: nobody could confirm
  CHECK(cluster.node(0).counters().probes_degraded > 0);
}

TEST_CASE("a suspicion that could have been confirmed and was not counts as unconfirmed") {
  Cluster cluster(4);
  meet(cluster);
  cluster.network.cut_both(0, 1);
  cluster.network.cut_both(0, 2);
  cluster.network.cut_both(0, 3);
  REQUIRE(cluster.settles_within(2min, [&] { return cluster.node(0).stats().failed > 0; }));
  CHECK(cluster.node(0).counters().suspicions_unconfirmed >= 1);
}
