// An exchange where rumors were dropped (docs/decisions/0023-an-exchange-where-rumors-were-dropped.md). The
// regular ones of a node that knows 33 others or more are a minute apart.
#include <doctest/doctest.h>

#include <span>
#include <string>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr int queue_depth = 16;

/// The first of two, who do not probe, hears of members that are nowhere.
class Hearer {
 public:
  explicit Hearer(const Habits& habits = Habits::hearsay())
      : cluster_(2, [&](NodeIndex, Config& config) {
          config.timing.probe_interval = 1h;
          config.limits.member_queue_depth = queue_depth;
          config.habits = habits;
        }) {
    settle(cluster_);
  }

  /// So many of them have other tags than before.
  void hears_of_changes(int count) {
    ++incarnation_;
    for (int i = 0; i < count; ++i) {
      const std::string name = "m" + std::to_string(i);
      cluster_.inject(0, elsewhere,
                      encoded(wire::Alive{.incarnation = incarnation_,
                                          .node = name,
                                          .addr = elsewhere.ip.wire(),
                                          .port = elsewhere.port,
                                          .meta = std::as_bytes(std::span(&incarnation_, 1)),
                                          .vsn = Versions{}.wire()}));
    }
  }

  /// So many others are known, all rumors are told, and the regular exchange was made this instant.
  void comes_to_rest() {
    hears_of_changes(40);
    cluster_.run_for(1min);
    makes_an_exchange_within(10min);
  }

  void makes_an_exchange_within(Duration limit) {
    const std::uint64_t before = exchanges();
    REQUIRE(cluster_.settles_within(limit, [&] { return exchanges() > before; }));
  }

  void waits(Duration time) { cluster_.run_for(time); }
  [[nodiscard]] Instant now() { return cluster_.now(); }
  [[nodiscard]] std::uint64_t exchanges() { return cluster_.node(0).counters().streams_dialled; }

 private:
  Cluster cluster_;
  std::uint32_t incarnation_ = 0;
};

}  // namespace

TEST_CASE(
    "a rumor dropped from a full queue brings one exchange, ten to twenty seconds later; a full queue none") {
  for (const int changes : {queue_depth, queue_depth + 1}) {
    CAPTURE(changes);
    const std::uint64_t one = changes > queue_depth ? 1 : 0;
    Hearer node;
    node.comes_to_rest();
    const std::uint64_t before = node.exchanges();
    node.hears_of_changes(changes);
    node.waits(9990ms);
    CHECK(node.exchanges() == before);
    node.waits(10020ms);
    CHECK(node.exchanges() == before + one);
    node.waits(30s);
    CHECK(node.exchanges() == before + one);
  }
}

TEST_CASE("rumors dropped while that exchange is waited for have ten seconds of gossip before another") {
  Hearer node;
  node.comes_to_rest();
  for (int second = 0; second < 10; ++second) {
    node.hears_of_changes(2 * queue_depth);
    node.waits(1s);
  }
  const Instant last_dropped = node.now() - 1s;
  node.makes_an_exchange_within(10s);
  REQUIRE(node.now() < last_dropped + 10s);
  node.makes_an_exchange_within(20s);
  CHECK(node.now() >= last_dropped + 10s);
  const std::uint64_t before = node.exchanges();
  node.waits(30s);
  CHECK(node.exchanges() == before);
}

TEST_CASE("rumors dropped without end bring an exchange each ten to twenty seconds, not more") {
  Hearer node;
  node.comes_to_rest();
  const std::uint64_t before = node.exchanges();
  for (int second = 0; second < 50; ++second) {
    node.hears_of_changes(2 * queue_depth);
    node.waits(1s);
  }
  CHECK(node.exchanges() >= before + 2);
  CHECK(node.exchanges() <= before + 5);
}

TEST_CASE("in Serf's mode dropped rumors bring no exchange") {
  Hearer node(Habits::serf());
  node.comes_to_rest();
  const std::uint64_t before = node.exchanges();
  node.hears_of_changes(2 * queue_depth);
  node.waits(50s);
  CHECK(node.exchanges() == before);
}

TEST_CASE("with nobody there the exchange is made up for when somebody is back") {
  Cluster cluster(2, [](NodeIndex, Config& config) {
    config.timing.probe_interval = 1h;
    config.limits.member_queue_depth = queue_depth;
  });
  settle(cluster);
  cluster.run_for(1min);
  const auto gone = [&](const std::string& name) {
    return encoded(wire::Dead{.incarnation = 50, .node = name, .from = name});
  };
  for (int i = 0; i < 2 * queue_depth; ++i) {
    const std::string name = "m" + std::to_string(i);
    cluster.inject(0, elsewhere, alive(name, 50));
    cluster.inject(0, elsewhere, gone(name));
  }
  cluster.inject(0, elsewhere, gone("n1"));
  cluster.network.lose_at(0, 1, 1);
  const auto dialled = [&] { return cluster.node(0).counters().streams_dialled; };
  const std::uint64_t before = dialled();
  cluster.run_for(25s);
  CHECK(dialled() == before);
  cluster.inject(0, elsewhere, alive("n1", 51, Cluster::address(1)));
  CHECK(cluster.settles_within(20s, [&] { return dialled() > before; }));
}
