// An exchange after many changes (docs/decisions/0023-an-exchange-on-churn.md). The regular ones of a node
// that knows 33 others or more are a minute apart.
#include <doctest/doctest.h>

#include <span>
#include <string>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// The first of two, who do not probe, hears of members that are nowhere.
class Hearer {
 public:
  explicit Hearer(const Habits& habits = Habits::hearsay())
      : cluster_(2, [&](NodeIndex, Config& config) {
          config.timing.probe_interval = 1h;
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

  /// So many others are known, the regular exchange was made this instant, and no other is owed.
  void comes_to_rest(int known) {
    hears_of_changes(known);
    cluster_.run_for(1min);
    const std::uint64_t before = exchanges();
    REQUIRE(cluster_.settles_within(10min, [&] { return exchanges() > before; }));
  }

  void waits(Duration time) { cluster_.run_for(time); }
  [[nodiscard]] std::uint64_t exchanges() { return cluster_.node(0).counters().streams_dialled; }

 private:
  Cluster cluster_;
  std::uint32_t incarnation_ = 0;
};

}  // namespace

TEST_CASE("after 32 changes one exchange is made, ten to twenty seconds later, and after 31 none") {
  for (const int changes : {31, 32}) {
    CAPTURE(changes);
    const std::uint64_t one = changes == 32 ? 1 : 0;
    Hearer node;
    node.comes_to_rest(40);
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

TEST_CASE("in a large cluster it takes one change for each 32 members") {
  for (const int changes : {62, 63}) {  // of 2018 members, with the two
    CAPTURE(changes);
    Hearer node;
    node.comes_to_rest(2016);
    const std::uint64_t before = node.exchanges();
    node.hears_of_changes(changes);
    node.waits(20s);
    CHECK(node.exchanges() == before + (changes == 63 ? 1 : 0));
  }
}

TEST_CASE("changes without end bring an exchange each ten to twenty seconds, not more") {
  Hearer node;
  node.comes_to_rest(100);
  const std::uint64_t before = node.exchanges();
  for (int second = 0; second < 50; ++second) {
    node.hears_of_changes(100);
    node.waits(1s);
  }
  CHECK(node.exchanges() >= before + 2);
  CHECK(node.exchanges() <= before + 5);
}

TEST_CASE("in Serf's mode changes bring no exchange") {
  Hearer node(Habits::serf());
  node.comes_to_rest(40);
  const std::uint64_t before = node.exchanges();
  node.hears_of_changes(40);
  node.waits(50s);
  CHECK(node.exchanges() == before);
}
