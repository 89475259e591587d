#include <doctest/doctest.h>

#include <map>

#include "scene.h"
#include "swim/wire/packet.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

bool everyone_got(const Cluster& cluster, const std::string& event) {
  for (NodeIndex i = 0; i < cluster.size(); ++i) {
    if (cluster.count_user_events(i, event) != 1) {
      return false;
    }
  }
  return true;
}

/// Counts the messages in datagrams that satisfy a predicate.
class MessageCounter final : public wire::PacketHandler {
 public:
  explicit MessageCounter(std::function<bool(wire::MessageType, Bytes)> wanted)
      : wanted_(std::move(wanted)) {}
  void look(Bytes datagram) { opener_.open(datagram, {}, *this); }
  void on_message(wire::MessageType type, Bytes body) override { count += wanted_(type, body) ? 1U : 0U; }
  void on_packet_error(wire::PacketError) override { ++errors; }
  std::size_t count = 0;
  std::size_t errors = 0;

 private:
  std::function<bool(wire::MessageType, Bytes)> wanted_;
  wire::PacketOpener opener_;
};

}  // namespace

TEST_CASE("a user event reaches every member exactly once") {
  Cluster cluster(20);
  settle(cluster, 10s);
  REQUIRE(cluster.send_event(7, "deploy", "v2"));
  CHECK(cluster.settles_within(5s, [&] { return everyone_got(cluster, "deploy"); }));
  cluster.run_for(1min);
  CHECK(everyone_got(cluster, "deploy"));
}

TEST_CASE("the same event sent twice is two events") {
  Cluster cluster(3);
  settle(cluster, 10s);
  cluster.send_event(0, "deploy", "v2");
  cluster.send_event(0, "deploy", "v2");
  CHECK(cluster.settles_within(5s, [&] { return cluster.count_user_events(2, "deploy") == 2; }));
}

TEST_CASE("a node tells an event as often as the retransmit limit says") {
  Cluster cluster(2);
  settle(cluster, 10s);
  std::map<NodeIndex, std::size_t> told;
  MessageCounter events([](wire::MessageType type, Bytes body) {
    return type == wire::MessageType::user && body.front() == std::byte{3};
  });
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    const std::size_t before = events.count;
    events.look(sent.bytes);
    told[sent.from] += events.count - before;
  };
  cluster.send_event(0, "deploy", "v2");
  cluster.run_for(10s);
  CHECK(told[0] == 4);
  CHECK(told[1] == 4);
  CHECK(events.errors == 0);
}

TEST_CASE("no packet is longer than the budget and its checksum") {
  Cluster cluster(40, [](NodeIndex i, Config& config) {
    config.compress = false;
    config.tags = {{"filler", std::string(100 + 10 * i, 'x')}};
  });
  std::size_t longest = 0;
  cluster.on_datagram = [&](const Cluster::Sent& sent) { longest = std::max(longest, sent.bytes.size()); };
  cluster.join_all();
  // What a burst of gossip misses comes with the next push/pull.
  CHECK(cluster.settles_within(2min, [&] { return cluster.all_see_alive(40); }));
  CHECK(longest <= wire::packet_budget + 5);
  CHECK(longest > wire::packet_budget - 100);
}

TEST_CASE("sealed packets stay within the budget too") {
  Cluster cluster(40, [](NodeIndex i, Config& config) {
    config.compress = false;
    config.keys = {Buffer(32, std::byte{1})};
    config.tags = {{"filler", std::string(100 + 10 * i, 'x')}};
  });
  std::size_t longest = 0;
  cluster.on_datagram = [&](const Cluster::Sent& sent) { longest = std::max(longest, sent.bytes.size()); };
  cluster.join_all();
  // What a burst of gossip misses comes with the next push/pull.
  CHECK(cluster.settles_within(2min, [&] { return cluster.all_see_alive(40); }));
  CHECK(longest <= wire::packet_budget + 5);
}

TEST_CASE("new tags are seen by everybody, and the verb completes") {
  Cluster cluster(10);
  settle(cluster, 10s);
  const CommandId command = cluster.set_tags(4, {{"svc", "whoami"}});
  CHECK(cluster.settles_within(5s, [&] {
    for (NodeIndex i = 0; i < 10; ++i) {
      if (cluster.tags_of(i, 4) != Tags{{"svc", "whoami"}}) {
        return false;
      }
    }
    return true;
  }));
  REQUIRE(cluster.settles_within(6s, [&] { return cluster.completion(4, command) != nullptr; }));
  CHECK_FALSE(cluster.completion(4, command)->timed_out);
  CHECK(cluster.count_member_events(0, MemberEventKind::update, 4) == 1);
}

TEST_CASE("tags over 512 bytes are refused with both sizes, and nothing changes") {
  Cluster cluster(2);
  settle(cluster, 10s);
  Output out;
  const auto result = cluster.node(0).set_tags(cluster.now(), 1, {{"k", std::string(600, 'x')}}, out);
  REQUIRE_FALSE(result);
  CHECK(result.error().limit == TooLarge::Limit::tags);
  CHECK(result.error().allowed == 512);
  CHECK(result.error().size > 600);
  CHECK(cluster.node(0).tags().empty());
  CHECK(out.empty());
}

TEST_CASE("the longest event a packet can carry is carried, and one byte more is refused") {
  const auto tune = [](NodeIndex, Config& config) { config.limits.user_event_bytes = 9216; };
  for (const bool sealed : {false, true}) {
    CAPTURE(sealed);
    const std::size_t most = sealed ? 1366 : 1395;
    Cluster cluster(2, [&](NodeIndex i, Config& config) {
      tune(i, config);
      config.compress = false;
      if (sealed) {
        config.keys = {Buffer(16, std::byte{1})};
      }
    });
    settle(cluster, 10s);
    const Buffer probe =
        encoded(wire::UserEvent{.ltime = 1, .name = "e", .payload = Buffer(1000), .cc = false});
    const std::size_t overhead = probe.size() - 1000;
    REQUIRE(cluster.send_event(0, "e", std::string(most - overhead, 'x')));
    CHECK(cluster.settles_within(2s, [&] { return cluster.count_user_events(1, "e") == 1; }));
    Output out;
    const std::string too_long(most - overhead + 1, 'x');
    const auto refused = cluster.node(0).send_event(cluster.now(), "e", as_bytes(too_long), false, out);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().limit == TooLarge::Limit::packet);
    CHECK(refused.error().size == most + 1);
    CHECK(refused.error().allowed == most);
  }
}

TEST_CASE("an event missed by gossip comes with the next push/pull, oldest first") {
  Cluster cluster(3);
  settle(cluster, 10s);
  for (NodeIndex i : {0U, 1U}) {
    cluster.network.udp_cut.insert({i, 2});
  }
  cluster.send_event(0, "first", "");
  cluster.send_event(0, "second", "");
  cluster.run_for(2s);
  REQUIRE(cluster.count_user_events(2, "first") == 0);
  CHECK(cluster.settles_within(2min, [&] { return cluster.count_user_events(2, "second") == 1; }));
  std::vector<std::string> order;
  for (const Event& event : cluster.events(2)) {
    if (const auto* user = std::get_if<UserEventReceived>(&event)) {
      order.push_back(user->name);
    }
  }
  CHECK(order == std::vector<std::string>{"first", "second"});
}

TEST_CASE("whoever joins hears of earlier events only when it asks for them") {
  for (const bool ignore : {true, false}) {
    CAPTURE(ignore);
    Cluster fresh(3);
    fresh.join(1, 0);
    fresh.run_for(1s);
    fresh.send_event(0, "before", "");
    fresh.run_for(5s);
    fresh.join(2, 0, ignore);
    fresh.run_for(5s);
    CHECK(fresh.count_user_events(2, "before") == (ignore ? 0U : 1U));
  }
}

TEST_CASE("a message that does not decode is counted and changes nothing") {
  Cluster cluster(2);
  settle(cluster, 10s);
  const auto before = cluster.node(0).counters().messages_rejected;
  Buffer broken{std::byte{4}, std::byte{0x82}, std::byte{0xa4}};
  cluster.inject(0, Cluster::address(1), broken);
  CHECK(cluster.node(0).counters().messages_rejected == before + 1);
  CHECK(cluster.all_see_alive(2));
}

TEST_CASE("an alive message with a short version array is never believed or passed on") {
  for (std::size_t size = 0; size < 6; ++size) {
    Cluster cluster(1);
    const Buffer claim = encoded(wire::Alive{.incarnation = 1,
                                             .node = "stranger",
                                             .addr = IpAddress::v4(10, 0, 0, 9).wire(),
                                             .port = 7946,
                                             .meta = {},
                                             .vsn = Versions{}.wire().first(size)});
    cluster.inject(0, Cluster::address(1), claim);
    CHECK(cluster.node(0).members().row_count() == 1);
    CHECK(cluster.node(0).counters().claims_rejected == 1);
  }
}

TEST_CASE("a query for this node is acknowledged, handed over once and passed on as it came") {
  Cluster cluster(3);
  settle(cluster, 10s);
  const Buffer query = user_message(wire::Query{.ltime = 50,
                                                .id = 99,
                                                .addr = Cluster::address(0).ip.wire(),
                                                .port = 7946,
                                                .source_node = "n0",
                                                .filters = {},
                                                .flags = wire::query_wants_ack,
                                                .timeout_ns = 1'000'000'000,
                                                .name = "load",
                                                .payload = {}});
  std::map<NodeIndex, std::size_t> acks;
  MessageCounter responses([](wire::MessageType type, Bytes body) {
    return type == wire::MessageType::user && body.front() == std::byte{5};
  });
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    const std::size_t before = responses.count;
    responses.look(sent.bytes);
    acks[sent.from] += responses.count - before;
  };
  cluster.inject(1, Cluster::address(0), query);
  cluster.inject(1, Cluster::address(0), query);
  cluster.run_for(5s);
  for (NodeIndex i : {1U, 2U}) {
    CHECK(acks[i] == 1);
    CHECK(events_of<QueryReceived>(cluster, i).size() == 1);
  }
}

TEST_CASE("a query that would crash a Serf peer is not passed on") {
  Cluster cluster(2);
  settle(cluster, 10s);
  std::vector<Buffer> harmful;
  const Bytes empty_filter;
  for (const bool key_query : {false, true}) {
    std::vector<Bytes> filters;
    if (!key_query) {
      filters.push_back(empty_filter);
    }
    const Buffer query = user_message(wire::Query{.ltime = 50,
                                                  .id = 99,
                                                  .addr = Cluster::address(0).ip.wire(),
                                                  .port = 7946,
                                                  .source_node = "n0",
                                                  .filters = filters,
                                                  .timeout_ns = 1'000'000'000,
                                                  .name = key_query ? "_serf_install-key" : "load",
                                                  .payload = {}});
    cluster.inject(0, Cluster::address(1), query);
  }
  CHECK(cluster.node(0).stats().query_queue == 0);
  CHECK(cluster.node(0).counters().messages_rejected == 2);
}
