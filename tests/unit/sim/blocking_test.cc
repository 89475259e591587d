// Pauses of processes that run on until they send or receive.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/world/world.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Two members that know each other, and what the first of them sends.
struct Pair final : Watcher {
  Pair() {
    for (const char* name : {"n0", "n1"}) {
      Config config;
      config.name = name;
      world.boot(world.add_host(), config);
    }
    const Seed seed{host_address(1)};
    world.call(0, [&](Node& node, Instant now, Output& out) { node.join(now, 1, {&seed, 1}, true, out); });
    world.run_until(Instant{30s});
    world.watch(this);
  }
  void sent(NodeIndex from, const Endpoint&, Bytes) override {
    if (from == 0) {
      times.push_back(world.now());
    }
  }
  std::size_t sent_until(Instant until) {
    world.run_until(until);
    return times.size();
  }

  World world{1};
  std::vector<Instant> times;
};

}  // namespace

TEST_CASE("a blocked process sends what it was about to send when it goes on") {
  for (const Pause how : {Pause::blocked, Pause::threads_blocked}) {
    Pair pair;
    pair.world.network().cut_one_way(1, 0);  // nothing comes in: its own probe is what blocks it
    pair.world.pause(0, how);
    CHECK(pair.sent_until(Instant{38s}) == 0);
    pair.world.resume(0);
    CHECK(!pair.times.empty());
  }
}

TEST_CASE("a stopped process was about to send nothing") {
  Pair pair;
  pair.world.network().cut_one_way(1, 0);
  pair.world.pause(0);
  CHECK(pair.sent_until(Instant{38s}) == 0);
  pair.world.resume(0);
  CHECK(pair.times.empty());
  CHECK(pair.sent_until(pair.world.now()) > 0);
}

TEST_CASE("a process of one thread that waits for one thing does nothing else") {
  Pair pair;
  pair.world.pause(0, Pause::blocked);
  pair.world.run_until(Instant{50s});
  CHECK(pair.world.node(0).members().count(MemberStatus::failed) == 0);
}

TEST_CASE("one whose prober is a thread of its own blames whom it was about to probe") {
  Pair pair;
  pair.world.pause(0, Pause::threads_blocked);
  pair.world.run_until(Instant{38s});
  CHECK(pair.world.node(0).counters().probes_failed == 0);
  pair.world.resume(0);
  CHECK(pair.world.node(0).counters().probes_failed == 1);
}
