#include "sim/world/world.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

Config named(NodeIndex i) {
  Config config;
  config.name = "n" + std::to_string(i);
  return config;
}

void join(World& world, NodeIndex from, NodeIndex to) {
  const Seed seed{host_address(to)};
  world.call(from, [&](Node& node, Instant now, Output& out) { node.join(now, to, {&seed, 1}, true, out); });
}

void start(World& world, std::size_t size) {
  for (NodeIndex i = 0; i < size; ++i) {
    world.boot(world.add_host(), named(i));
  }
  for (NodeIndex i = 1; i < size; ++i) {
    join(world, i, 0);
  }
}

bool all_alive(const World& world, std::size_t count) {
  for (NodeIndex i = 0; i < world.size(); ++i) {
    if (world.up(i) && world.node(i).members().count(MemberStatus::alive) != count) {
      return false;
    }
  }
  return true;
}

std::uint64_t digest_of_a_rough_time(std::uint64_t seed) {
  World world(seed);
  world.network().loss = 0.05;
  world.network().jitter = 200us;
  world.network().duplicate = 0.02;
  world.network().reorder = 0.02;
  start(world, 8);
  world.later(1min, [&] { world.crash(3); });
  world.later(2min, [&] { world.boot(3, named(3)); });
  world.later(130s, [&] { join(world, 3, 5); });
  world.later(3min, [&] { world.pause(4); });
  world.later(200s, [&] { world.resume(4); });
  world.run_until(Instant{6min});
  return world.digest();
}

struct Recorder final : Watcher {
  struct Sent {
    NodeIndex from;
    Endpoint to;
    Instant at;
  };
  explicit Recorder(World& watched) : world(watched) { world.watch(this); }
  void sent(NodeIndex from, const Endpoint& to, Bytes) override {
    datagrams.push_back({from, to, world.now()});
  }
  void stepped(NodeIndex i) override { steps.emplace_back(i, world.now()); }
  World& world;
  std::vector<Sent> datagrams;
  std::vector<std::pair<NodeIndex, Instant>> steps;
};

}  // namespace

TEST_CASE("the same seed gives the same bytes at the same times, and another seed others") {
  const std::uint64_t first = digest_of_a_rough_time(7);
  CHECK(first == digest_of_a_rough_time(7));
  CHECK(first != digest_of_a_rough_time(8));
}

TEST_CASE("nodes that join one find all") {
  World world(1);
  start(world, 10);
  world.run_until(Instant{10s});
  CHECK(all_alive(world, 10));
}

TEST_CASE("time jumps from one thing that happens to the next, and stops where it was told to") {
  World world(1);
  start(world, 1);
  CHECK_FALSE(world.step(Instant{1s}));  // alone there is nothing to do, but for the reaper after 15 s
  CHECK(world.now() == Instant{1s});
  std::vector<int> order;
  world.later(2s, [&] { order.push_back(2); });
  world.later(1s, [&] { order.push_back(1); });
  CHECK(world.step(Instant{10s}));
  CHECK(world.now() == Instant{2s});
  CHECK(order == std::vector{1});
  world.run_until(Instant{10s});
  CHECK(world.now() == Instant{10s});
  CHECK(order == std::vector{1, 2});
}

TEST_CASE("a process that is stopped does nothing, and reads its socket before its clock when it goes on") {
  World world(1);
  start(world, 2);
  world.run_until(Instant{10s});
  world.pause(1);
  Recorder recorder(world);
  world.run_until(Instant{10s} + 5s);
  for (const auto& [i, at] : recorder.steps) {
    CHECK(i == 0);
  }
  world.resume(1);
  REQUIRE(recorder.steps.back().first == 1);
  // Everything it read, it read in the moment it went on, and it answered node 0's pings.
  CHECK(recorder.steps.back().second == world.now());
  CHECK(recorder.datagrams.back().from == 1);
  CHECK(recorder.datagrams.back().to == host_address(0));
}

TEST_CASE("a stopped process gets no more than its socket holds") {
  World world(1);
  start(world, 2);
  const auto received_over_a_stop = [&] {
    const auto received = [&] { return world.node(1).counters().datagrams_received; };
    const std::uint64_t before = received();
    world.pause(1);
    world.run_until(world.now() + 3s);
    world.resume(1);
    return received() - before;
  };
  world.run_until(Instant{10s});
  CHECK(received_over_a_stop() > 0);
  world.run_until(Instant{20s});
  world.socket_bytes = 0;
  CHECK(received_over_a_stop() == 0);
}

TEST_CASE("a host that is powered off is silent, and one whose process died refuses") {
  World world(1);
  start(world, 3);
  world.run_until(Instant{10s});
  world.crash(1);
  world.power_off(2);
  struct Joined final : Watcher {
    void told(NodeIndex, Event&& event) override {
      if (auto* const done = std::get_if<JoinDone>(&event)) {
        reasons.push_back(done->failures.at(0).reason);
      }
    }
    std::vector<std::string> reasons;
  } joined;
  world.watch(&joined);
  join(world, 0, 1);
  join(world, 0, 2);
  world.run_until(Instant{15s});
  REQUIRE(joined.reasons.size() == 1);
  CHECK(joined.reasons[0].find("refused") != std::string::npos);
  world.run_until(Instant{25s});
  REQUIRE(joined.reasons.size() == 2);
  CHECK(joined.reasons[1].find("timeout") != std::string::npos);
}

TEST_CASE("a duplicated datagram arrives twice, and a lost one not at all") {
  World world(1);
  start(world, 2);
  world.run_until(Instant{10s});
  const auto received_in_a_minute = [&] {
    const auto sent = world.node(0).counters().datagrams_sent;
    const auto received = world.node(1).counters().datagrams_received;
    world.run_until(world.now() + 1min);
    return std::pair(world.node(0).counters().datagrams_sent - sent,
                     world.node(1).counters().datagrams_received - received);
  };
  world.network().duplicate = 1;
  const auto [sent_once, received_twice] = received_in_a_minute();
  CHECK(sent_once > 0);
  CHECK(received_twice == 2 * sent_once);
  world.network().duplicate = 0;
  world.network().loss = 1;
  CHECK(received_in_a_minute().second == 0);
}
