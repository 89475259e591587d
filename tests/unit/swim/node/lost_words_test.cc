// What is told again because nobody seems to have heard it: refutations and suspicions
// (docs/decisions/0018-refuted-until-heard.md, 0019-nobody-else-says-so.md), what is heard while
// a probe waits (0020-a-refutation-is-an-answer.md), and a death of which no suspicion was heard
// before (0022-nobody-dies-unsuspected.md). Among ten a suspicion that stays
// alone lasts 24 s: 4 s times log10(10), six times.
#include <doctest/doctest.h>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

Buffer suspicion(std::string_view of, std::uint32_t incarnation, std::string_view from) {
  return encoded(wire::Suspect{.incarnation = incarnation, .node = of, .from = from});
}

std::uint64_t refutations(Cluster& cluster, NodeIndex i) {
  return cluster.node(i).counters().refutations;
}

/// Ten members; the first has a suspicion of the sixth that nobody heard of, the sixth neither.
void make_lone_suspicion(Cluster& cluster) {
  settle(cluster);
  cluster.network.lose_at(0, 1, 0);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n5").incarnation;
  cluster.inject(0, elsewhere, suspicion("n5", incarnation, "n0"));
  cluster.run_for(1500ms);
  cluster.network.lose_at(0, 0, 0);
  REQUIRE(cluster.liveness(0, 5) == Liveness::suspect);
}

/// Nothing but gossip tells of a suspicion.
void only_gossip(Config& config) {
  config.lifeguard.buddy = false;
  config.habits.tell_accused = false;
  config.timing.push_pull_interval = 1h;
  config.habits.exchanges_after_join = 0;
}

/// The second of two is cut off, and still the first hears time and again that it has a higher incarnation.
/// How often it is suspected meanwhile, in seven seconds.
std::uint64_t suspicions_of_a_speaker(Cluster& cluster) {
  settle(cluster);
  cluster.network.lose_at(1, 1, 1);
  const std::uint64_t before = cluster.node(0).counters().claims_suspect;
  const std::uint32_t incarnation = seen_by(cluster, 0, "n1").incarnation;
  for (std::uint32_t i = 1; i <= 14; ++i) {
    cluster.inject(0, elsewhere, alive("n1", incarnation + i, Cluster::address(1)));
    cluster.run_for(500ms);
  }
  return cluster.node(0).counters().claims_suspect - before;
}

}  // namespace

TEST_CASE(
    "who says something while a probe waits for its answer is not suspected, and then who says nothing is") {
  Cluster cluster(2);
  CHECK(suspicions_of_a_speaker(cluster) == 0);
  // Its probes that failed made the first patient: one lasts up to eight intervals.
  CHECK(cluster.settles_within(20s, [&] { return cluster.liveness(0, 1) == Liveness::suspect; }));
}

TEST_CASE("as Serf has it, it is suspected all the same") {
  Cluster cluster(2, [](NodeIndex, Config& config) { config.habits.refutation_answers = false; });
  CHECK(suspicions_of_a_speaker(cluster) >= 2);
}

TEST_CASE("who is accused of what it has refuted says so again, once in the time that a probe waits") {
  Cluster cluster(3);
  settle(cluster);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n0").incarnation;
  const auto accuse = [&] { cluster.inject(0, elsewhere, suspicion("n0", incarnation, "n1")); };
  accuse();
  CHECK(refutations(cluster, 0) == 1);
  cluster.run_for(490ms);
  accuse();
  CHECK(refutations(cluster, 0) == 1);
  cluster.run_for(20ms);
  accuse();
  CHECK(refutations(cluster, 0) == 2);
  CHECK(seen_by(cluster, 0, "n0").incarnation == incarnation + 1);
}

TEST_CASE("so it does when others call it dead as it was before") {
  Cluster cluster(3);
  settle(cluster);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n0").incarnation;
  const Buffer dead = encoded(wire::Dead{.incarnation = incarnation, .node = "n0", .from = "n1"});
  cluster.inject(0, elsewhere, dead);
  CHECK(refutations(cluster, 0) == 1);
  cluster.run_for(600ms);
  cluster.inject(0, elsewhere, dead);
  CHECK(refutations(cluster, 0) == 2);
}

TEST_CASE("a suspicion that nobody has heard of is told again before it ends in a death") {
  Cluster cluster(10, [](NodeIndex, Config& config) { only_gossip(config); });
  make_lone_suspicion(cluster);
  cluster.run_for(22s);
  CHECK(cluster.liveness(0, 5) == Liveness::suspect);
  cluster.run_for(2s);
  CHECK(cluster.liveness(0, 5) == Liveness::alive);
  CHECK(refutations(cluster, 5) == 1);
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    CHECK(cluster.count_member_events(i, MemberEventKind::failed, 5) == 0);
  }
}

TEST_CASE("as Serf has it, it fails a healthy member everywhere") {
  Cluster cluster(10, [](NodeIndex, Config& config) {
    only_gossip(config);
    config.habits.doubt_own_word = false;
    config.habits.suspected_first = false;
  });
  make_lone_suspicion(cluster);
  cluster.run_for(24s);
  CHECK(cluster.count_member_events(1, MemberEventKind::failed, 5) == 1);
}

TEST_CASE("others' word of a death counts when the member was suspected for as long as an answer takes") {
  Cluster cluster(10, [](NodeIndex, Config& config) { only_gossip(config); });
  settle(cluster);
  cluster.network.lose_at(0, 1, 1);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n5").incarnation;
  const auto told = [&] {
    cluster.inject(0, elsewhere, encoded(wire::Dead{.incarnation = incarnation, .node = "n5", .from = "n1"}));
  };
  SUBCASE("and begins a suspicion where there was none, which ends then, however often it is told") {
    told();
    cluster.run_for(490ms);
    told();
    CHECK(cluster.liveness(0, 5) == Liveness::suspect);
    cluster.run_for(20ms);
    CHECK(cluster.liveness(0, 5) == Liveness::dead);
  }
  SUBCASE("and at once if it was") {
    cluster.inject(0, elsewhere, suspicion("n5", incarnation, "n1"));
    cluster.run_for(510ms);
    CHECK(cluster.liveness(0, 5) == Liveness::suspect);
    told();
    CHECK(cluster.liveness(0, 5) == Liveness::dead);
  }
}

TEST_CASE("a death that is gossiped of a healthy member is passed on as a suspicion, and it refutes") {
  Cluster cluster(10, [](NodeIndex, Config& config) { only_gossip(config); });
  settle(cluster);
  const Buffer death =
      encoded(wire::Dead{.incarnation = seen_by(cluster, 0, "n5").incarnation, .node = "n5", .from = "n1"});
  for (NodeIndex i = 0; i < 5; ++i) {
    for (int copy = 0; copy < 12; ++copy) {
      cluster.inject(i, elsewhere, death);
    }
  }
  cluster.run_for(30s);
  CHECK(refutations(cluster, 5) == 1);
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    CHECK(cluster.count_member_events(i, MemberEventKind::failed, 5) == 0);
  }
}

TEST_CASE("a goodbye counts at once") {
  Cluster cluster(3);
  settle(cluster);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n1").incarnation;
  cluster.network.lose_at(0, 1, 1);
  cluster.inject(0, elsewhere, encoded(wire::Dead{.incarnation = incarnation, .node = "n1", .from = "n1"}));
  CHECK(cluster.liveness(0, 1) == Liveness::left);
}

TEST_CASE("who suspects a member that has been dead for a probe interval is told so, and not before") {
  Cluster cluster(10, [](NodeIndex, Config& config) { only_gossip(config); });
  settle(cluster);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n5").incarnation;
  cluster.crash(5);
  REQUIRE(cluster.settles_within(20s, [&] { return cluster.liveness(0, 5) == Liveness::dead; }));
  const auto told = [&](std::uint32_t of) {
    const auto before = cluster.node(0).counters().datagrams_sent;
    cluster.inject(0, Cluster::address(2), suspicion("n5", of, "n2"));
    return cluster.node(0).counters().datagrams_sent - before;
  };
  CHECK(told(incarnation) == 0);
  cluster.run_for(Timing::lan().probe_interval);
  CHECK(told(incarnation) == 1);
  CHECK(told(incarnation + 1) == 0);
}

TEST_CASE("a lone suspicion of a member that others hold dead ends as soon as it is told") {
  Cluster cluster(10, [](NodeIndex, Config& config) { only_gossip(config); });
  settle(cluster);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n5").incarnation;
  cluster.network.lose_at(0, 1, 1);
  cluster.crash(5);
  REQUIRE(cluster.settles_within(20s, [&] { return cluster.liveness(1, 5) == Liveness::dead; }));
  cluster.run_for(5s);  // until nobody gossips of it
  cluster.network.lose_at(0, 0, 0);
  REQUIRE(cluster.liveness(0, 5) != Liveness::dead);
  cluster.inject(0, elsewhere, suspicion("n5", incarnation, "n0"));
  CHECK(cluster.settles_within(1s, [&] { return cluster.liveness(0, 5) == Liveness::dead; }));
}

TEST_CASE("so it does when the others have long stopped telling the dead anything") {
  Cluster cluster(10, [](NodeIndex, Config& config) { only_gossip(config); });
  settle(cluster);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n5").incarnation;
  cluster.crash(5);
  REQUIRE(cluster.settles_within(2min, [&] { return cluster.liveness(0, 5) == Liveness::unknown; }));
  const auto before = cluster.node(0).counters().datagrams_sent;
  cluster.inject(0, Cluster::address(2), suspicion("n5", incarnation, "n2"));
  CHECK(cluster.node(0).counters().datagrams_sent == before + 1);
}

TEST_CASE("and so does who suspects a member that has left, when all have forgotten it") {
  Cluster cluster(10, [](NodeIndex, Config& config) { only_gossip(config); });
  settle(cluster);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n5").incarnation;
  leave_and_end(cluster, 5);
  REQUIRE(cluster.settles_within(5min, [&] { return cluster.liveness(0, 5) == Liveness::unknown; }));
  REQUIRE(cluster.status(0, 5) == MemberStatus::left);
  const auto before = cluster.node(0).counters().datagrams_sent;
  cluster.inject(0, Cluster::address(2), suspicion("n5", incarnation, "n2"));
  CHECK(cluster.node(0).counters().datagrams_sent == before + 1);
}

TEST_CASE(
    "who died at an incarnation that was not heard of here is dead at that, so older news does not raise "
    "it") {
  Cluster cluster(10, [](NodeIndex, Config& config) { only_gossip(config); });
  settle(cluster);
  cut_off(cluster, 0);
  cut_off(cluster, 5);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n5").incarnation;
  cluster.inject(0, elsewhere, suspicion("n5", incarnation, "n1"));
  cluster.run_for(100ms);
  cluster.inject(0, elsewhere,
                 encoded(wire::Dead{.incarnation = incarnation + 2, .node = "n5", .from = "n1"}));
  cluster.run_for(600ms);
  REQUIRE(cluster.liveness(0, 5) == Liveness::dead);
  CHECK(seen_by(cluster, 0, "n5").incarnation == incarnation + 2);
  cluster.inject(0, elsewhere, alive("n5", incarnation + 1, Cluster::address(5)));
  CHECK(cluster.liveness(0, 5) == Liveness::dead);
}
