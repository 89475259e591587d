// How long TCP takes when segments are lost: Linux sends a SYN again after 1, 3 and 7 s, and data after
// 200 ms (RTO_MIN) and then twice as long.
#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "sim/world/world.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Two nodes that know nothing of each other: all that happens between them is one join.
struct Pair final : Watcher {
  Pair() : world(1) {
    for (const char* name : {"a", "b"}) {
      Config config;
      config.name = name;
      config.serf.reap_interval = 24h;
      world.boot(world.add_host(), std::move(config));
    }
    world.watch(this);
  }

  void told(NodeIndex i, Event&& event) override {
    if (auto* const done = std::get_if<JoinDone>(&event)) {
      finished = world.now() - begun;
      contacted = done->contacted;
      reason = done->failures.empty() ? "" : done->failures[0].reason;
      CHECK(i == 0);
    }
  }

  void join() {
    begun = world.now();
    finished = Duration::zero();
    const Seed seed{host_address(1)};
    world.call(0, [&](Node& node, Instant now, Output& out) { node.join(now, 1, {&seed, 1}, true, out); });
  }

  World world;
  Instant begun{};
  Duration finished{};
  std::size_t contacted = 0;
  std::string reason;
};

}  // namespace

TEST_CASE("an exchange takes two round trips") {
  Pair pair;
  pair.join();
  pair.world.run_until(Instant{1s});
  CHECK(pair.contacted == 1);
  CHECK(pair.finished == 4 * pair.world.network().latency);
}

TEST_CASE("a SYN that is lost is sent again after a second, and then after two more") {
  Pair pair;
  pair.world.network().cut_one_way(0, 1);
  pair.world.later(1500ms, [&] { pair.world.network().heal(); });
  pair.join();
  pair.world.run_until(Instant{9s});
  CHECK(pair.contacted == 1);
  CHECK(pair.finished == 3s + 4 * pair.world.network().latency);
}

TEST_CASE("an answer to a SYN that is lost delays as much") {
  Pair pair;
  pair.world.network().cut_one_way(1, 0);
  pair.world.later(500ms, [&] { pair.world.network().heal(); });
  pair.join();
  pair.world.run_until(Instant{9s});
  CHECK(pair.contacted == 1);
  CHECK(pair.finished == 1s + 4 * pair.world.network().latency);
}

TEST_CASE("a segment that is lost is sent again after 200 ms, and then after 400 more") {
  Pair pair;
  const Duration latency = pair.world.network().latency;
  // The connection stands after two latencies: it is what is written then that is lost.
  pair.world.later(latency * 3 / 2, [&] { pair.world.network().cut_one_way(0, 1); });
  pair.world.later(400ms, [&] { pair.world.network().heal(); });
  pair.join();
  pair.world.run_until(Instant{9s});
  CHECK(pair.contacted == 1);
  CHECK(pair.finished == 600ms + 4 * latency);
}

TEST_CASE("who cannot be reached is given up at the node's own deadline") {
  Pair pair;
  pair.world.network().cut_both(0, 1);
  pair.join();
  pair.world.run_until(Instant{9999ms});
  CHECK(pair.finished == Duration::zero());
  pair.world.run_until(Instant{10s});
  CHECK(pair.finished == 10s);
  CHECK(pair.contacted == 0);
}

TEST_CASE("a paused listener is connected to, and answers when it goes on") {
  Pair pair;
  pair.world.pause(1);
  pair.world.later(3s, [&] { pair.world.resume(1); });
  pair.join();
  pair.world.run_until(Instant{5s});
  CHECK(pair.contacted == 1);
  CHECK(pair.finished == 3s + pair.world.network().latency);
}

TEST_CASE("a process that dies in an exchange resets it") {
  Pair pair;
  const Duration latency = pair.world.network().latency;
  pair.world.later(latency * 5 / 2, [&] { pair.world.crash(1); });  // connected, nothing answered
  pair.join();
  pair.world.run_until(Instant{1s});
  CHECK(pair.contacted == 0);
  CHECK(pair.reason.find("reset") != std::string::npos);
  CHECK(pair.finished == latency * 7 / 2);
}

TEST_CASE("a restarted process knows nothing of the connections before") {
  Pair pair;
  const Duration latency = pair.world.network().latency;
  pair.world.later(latency * 5 / 2, [&] {
    Config config;
    config.name = "b";
    pair.world.boot(1, std::move(config));
  });
  pair.join();
  pair.world.run_until(Instant{1s});
  CHECK(pair.contacted == 0);
  CHECK(pair.world.node(1).counters().streams_accepted == 0);
}
