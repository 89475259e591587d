// A whole node in a running cluster: what brings no news costs no allocation.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "swim/node.h"
#include "swim/wire/codec.h"
#include "wire/allocations.h"

namespace hearsay::tests {
namespace {

using namespace std::chrono_literals;
using namespace hearsay::swim;

/// Nodes that know each other from the start, on a network of one millisecond. They make no
/// exchange by stream: those allocate, and are rare.
class Loopback {
 public:
  explicit Loopback(std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      Config config;
      config.name = "n" + std::to_string(i);
      config.advertise = at(i);
      config.timing.push_pull_interval = 24h;
      nodes_.push_back(std::make_unique<Node>(std::move(config), i + 1, now_));
      act(i, [](Node& node, Instant now, Output& out) { node.start(now, out); });
    }
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        introduce(i, j);
      }
    }
  }

  void run_for(Duration duration) {
    const Instant end = now_ + duration;
    while (true) {
      const auto first =
          std::ranges::min_element(nodes_, {}, [](const auto& node) { return node->next_deadline(); });
      const Instant tick = (*first)->next_deadline();
      const Instant arrival = on_the_way_.empty() ? never : on_the_way_.begin()->first;
      if (std::min(tick, arrival) > end) {
        now_ = end;
        return;
      }
      now_ = std::max(now_, std::min(tick, arrival));
      if (arrival <= tick) {
        const Packet packet = std::move(on_the_way_.begin()->second);
        on_the_way_.erase(on_the_way_.begin());
        act(packet.to, [&](Node& node, Instant now, Output& out) {
          node.receive(now, at(packet.from), packet.bytes, out);
        });
      } else {
        act(static_cast<std::size_t>(first - nodes_.begin()),
            [](Node& node, Instant now, Output& out) { node.tick(now, out); });
      }
    }
  }

  void send_event(std::size_t i, std::string_view name) {
    act(i,
        [&](Node& node, Instant now, Output& out) { REQUIRE(node.send_event(now, name, {}, false, out)); });
  }

  [[nodiscard]] Node& node(std::size_t i) { return *nodes_[i]; }
  /// Since the last call: allocations in calls that told nothing, such calls, and calls that did.
  struct Account {
    std::size_t allocations = 0;
    std::size_t quiet_calls = 0;
    std::size_t telling_calls = 0;
  };
  Account account() { return std::exchange(account_, {}); }

 private:
  struct Packet {
    std::size_t from, to;
    Buffer bytes;
  };

  static Endpoint at(std::size_t i) {
    return {.ip = IpAddress::v4(10, 0, 0, static_cast<std::uint8_t>(i)), .port = 7946};
  }

  void introduce(std::size_t to, std::size_t who) {
    const Endpoint there = at(who);
    Buffer alive;
    wire::encode(wire::Alive{.incarnation = 1,
                             .node = nodes_[who]->config().name,
                             .addr = there.ip.wire(),
                             .port = there.port,
                             .meta = {},
                             .vsn = Versions{}.wire()},
                 alive);
    act(to, [&](Node& node, Instant now, Output& out) { node.receive(now, there, alive, out); });
  }

  template <class Call>
  void act(std::size_t i, Call&& call) {
    const std::size_t before = allocations();
    call(*nodes_[i], now_, out_);
    const std::size_t spent = allocations() - before;
    if (out_.events.empty()) {
      account_.allocations += spent;
      ++account_.quiet_calls;
    } else {
      ++account_.telling_calls;
    }
    for (const Datagram& datagram : out_.datagrams) {
      const Bytes bytes = out_.bytes(datagram);
      const auto to = static_cast<std::size_t>(datagram.to.ip.bytes()[15]);
      on_the_way_.emplace(now_ + 1ms, Packet{i, to, {bytes.begin(), bytes.end()}});
    }
    out_.clear();
  }

  std::vector<std::unique_ptr<Node>> nodes_;
  std::multimap<Instant, Packet> on_the_way_;
  Output out_;
  Instant now_{};
  Account account_;
};

}  // namespace

TEST_CASE("probes, acks and ticks of a quiet cluster allocate nothing") {
  Loopback cluster(20);
  cluster.run_for(15min);  // everybody has probed everybody, and every buffer has grown
  cluster.account();
  cluster.run_for(1min);
  const auto account = cluster.account();
  CHECK(account.allocations == 0);
  CHECK(account.telling_calls == 0);
  CHECK(account.quiet_calls > 20 * 60 * 3);  // a probe a second: tick, ping, ack
  CHECK(cluster.node(0).members().count(Liveness::alive) == 20);
}

TEST_CASE("while events spread, what is told a second time and gossip allocate next to nothing") {
  Loopback cluster(20);
  const auto gossip = [&](int rounds) {
    for (int round = 0; round < rounds; ++round) {
      cluster.send_event(static_cast<std::size_t>(round) % 20, "deploy");
      cluster.run_for(500ms);
    }
  };
  cluster.run_for(15min);
  gossip(200);
  cluster.account();
  gossip(100);
  const auto account = cluster.account();
  CHECK(account.allocations < 10);  // a buffer that meets its longest content yet
  CHECK(account.telling_calls == 20 * 100);
  CHECK(account.quiet_calls > account.telling_calls);
}

}  // namespace hearsay::tests
