// What a node does not take from others, for its time, its size or its sense: counted, and nothing changes.
#include <doctest/doctest.h>

#include <string>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t lamport_end = std::uint64_t{1} << 63U;

/// Two that have met; the second is made to say things.
struct Pair {
  Cluster cluster{2};

  Pair() { settle(cluster); }

  [[nodiscard]] Counters counters() { return cluster.node(0).counters(); }

  /// How far a counter of node 0 goes up when node 1 sends it this.
  std::uint64_t counts(std::uint64_t Counters::*counter, Bytes datagram) {
    const std::uint64_t before = counters().*counter;
    cluster.inject(0, Cluster::address(1), datagram);
    return counters().*counter - before;
  }

  [[nodiscard]] bool knows(std::string_view name) {
    return cluster.node(0).members().find(name) != no_member;
  }
};

/// One that is taken; tests spoil it.
wire::Query sound_query(const Endpoint& asker) {
  return {.ltime = 50,
          .id = 1,
          .addr = asker.ip.wire(),
          .port = asker.port,
          .source_node = "n1",
          .timeout_ns = 1'000'000'000,
          .name = "q",
          .payload = {}};
}

Buffer alive_with(std::string_view name, Bytes meta) {
  const Versions versions;
  return encoded(wire::Alive{.incarnation = 1,
                             .node = name,
                             .addr = elsewhere.ip.wire(),
                             .port = elsewhere.port,
                             .meta = meta,
                             .vsn = versions.wire()});
}

}  // namespace

TEST_CASE("Lamport times from 2^63 on are refused, whatever bears them, and move no clock") {
  Pair pair;
  const Endpoint asker = Cluster::address(1);
  wire::Query query = sound_query(asker);
  query.ltime = lamport_end;
  const Stats before = pair.cluster.node(0).stats();
  CHECK(pair.counts(&Counters::lamport_refused, user_message(query)) == 1);
  CHECK(pair.counts(&Counters::lamport_refused,
                    user_message(wire::UserEvent{.ltime = lamport_end, .name = "e", .payload = {}})) == 1);
  CHECK(pair.counts(&Counters::lamport_refused,
                    user_message(wire::JoinIntent{.ltime = lamport_end, .node = "n1"})) == 1);
  CHECK(pair.counts(&Counters::lamport_refused,
                    user_message(wire::LeaveIntent{.ltime = lamport_end, .node = "n1"})) == 1);
  const Stats after = pair.cluster.node(0).stats();
  CHECK(after.query_time == before.query_time);
  CHECK(after.event_time == before.event_time);
  CHECK(after.member_time == before.member_time);
  CHECK(pair.cluster.status(0, 1) == MemberStatus::alive);
  query.ltime = lamport_end - 1;
  CHECK(pair.counts(&Counters::lamport_refused, user_message(query)) == 0);
  CHECK(pair.cluster.node(0).stats().query_time == lamport_end);
}

TEST_CASE("a query that cannot be answered, or not to anybody, is refused") {
  Pair pair;
  const Endpoint asker = Cluster::address(1);
  const auto refuses = [&pair](const wire::Query& query) {
    return pair.counts(&Counters::messages_rejected, user_message(query)) == 1;
  };
  const wire::Query sound = sound_query(asker);
  wire::Query no_port = sound;
  no_port.port = 0;
  CHECK(refuses(no_port));
  wire::Query no_address = sound;
  no_address.addr = as_bytes("abc");
  CHECK(refuses(no_address));
  wire::Query from_the_past = sound;
  from_the_past.timeout_ns = -1;
  CHECK(refuses(from_the_past));
  const std::string longest(Limits{}.name_bytes, 'x');
  wire::Query long_name = sound;
  const std::string too_long = longest + "x";
  long_name.source_node = too_long;
  CHECK(refuses(long_name));
  CHECK(events_of<QueryReceived>(pair.cluster, 0).empty());
  long_name.source_node = longest;
  CHECK_FALSE(refuses(long_name));
  CHECK(events_of<QueryReceived>(pair.cluster, 0).size() == 1);
}

TEST_CASE("names and tags up to their limits are believed, and not a byte more") {
  Pair pair;
  const std::string longest(Limits{}.name_bytes, 'x');
  const Buffer most(Limits{}.meta_bytes, std::byte{1});
  const Buffer too_much(Limits{}.meta_bytes + 1, std::byte{1});
  CHECK(pair.counts(&Counters::claims_rejected, alive_with(longest + "x", {})) == 1);
  CHECK_FALSE(pair.knows(longest + "x"));
  CHECK(pair.counts(&Counters::claims_rejected, alive_with("tagged", too_much)) == 1);
  CHECK_FALSE(pair.knows("tagged"));
  CHECK(pair.counts(&Counters::claims_rejected, alive_with(longest, {})) == 0);
  CHECK(pair.knows(longest));
  CHECK(pair.counts(&Counters::claims_rejected, alive_with("tagged", most)) == 0);
  CHECK(pair.knows("tagged"));
}

TEST_CASE("an accuser with a name longer than any member's accuses nobody") {
  Pair pair;
  const std::string longest(Limits{}.name_bytes, 'x');
  const std::string too_long = longest + "x";
  CHECK(pair.counts(&Counters::claims_rejected,
                    encoded(wire::Suspect{.incarnation = 9, .node = "n1", .from = too_long})) == 1);
  CHECK(pair.counts(&Counters::claims_rejected,
                    encoded(wire::Dead{.incarnation = 9, .node = "n1", .from = too_long})) == 1);
  CHECK(pair.cluster.liveness(0, 1) == Liveness::alive);
  CHECK(pair.counts(&Counters::claims_suspect,
                    encoded(wire::Suspect{.incarnation = 9, .node = "n1", .from = longest})) == 1);
  CHECK(pair.cluster.liveness(0, 1) == Liveness::suspect);
}

TEST_CASE("an answer of the longest is relayed, and none that is longer or goes nowhere") {
  Pair pair;
  const auto relay = [&pair](std::size_t answer_size, const wire::RelayHeader& header) {
    Buffer empty;
    wire::encode(wire::QueryResponse{.ltime = 1, .id = 1, .from = "x", .payload = {}}, empty);
    // A payload of 256 bytes and more takes two bytes more to say how long it is.
    const Buffer payload(answer_size - empty.size() - 2, std::byte{1});
    Buffer answer;
    wire::encode(wire::QueryResponse{.ltime = 1, .id = 1, .from = "x", .payload = payload}, answer);
    REQUIRE(answer.size() == answer_size);
    Buffer message = user_message(header);
    append(message, answer);
    const std::uint64_t sent = pair.counters().datagrams_sent;
    pair.cluster.inject(0, Cluster::address(1), message);
    return pair.counters().datagrams_sent - sent;
  };
  const Endpoint to = Cluster::address(1);
  const wire::RelayHeader header{.ip = to.ip.wire(), .port = to.port, .zone = {}, .dest_name = "n1"};
  const std::size_t most = Limits{}.query_response_bytes;
  CHECK(relay(most, header) == 1);
  CHECK(relay(most + 1, header) == 0);
  for (const std::int64_t port : {0, -1, 65536 + 7946}) {
    wire::RelayHeader nowhere = header;
    nowhere.port = port;
    CHECK(relay(most, nowhere) == 0);
  }
  wire::RelayHeader nowhere = header;
  nowhere.ip = as_bytes("abc");
  CHECK(relay(most, nowhere) == 0);
  CHECK(pair.counters().messages_rejected == 5);
}

TEST_CASE("a request about keys that does not decode is refused, and nobody is asked to work on the ring") {
  Cluster cluster(2, [](NodeIndex, Config& config) { config.keys = {Buffer(16, std::byte{1})}; });
  settle(cluster);
  const std::uint64_t before = cluster.node(0).counters().messages_rejected;
  // An array where the key should be.
  const Buffer spoilt{static_cast<std::byte>(wire::SerfType::key_request), std::byte{0x81}};
  REQUIRE(cluster.query(0, "_serf_install-key", std::string(as_text(spoilt)), {}));
  CHECK(cluster.node(0).counters().messages_rejected == before + 1);
  CHECK(cluster.settles_within(1s, [&] { return cluster.node(1).counters().messages_rejected > 0; }));
  cluster.run_for(2s);
  CHECK(events_of<KeyRequested>(cluster, 0).empty());
  CHECK(events_of<KeyRequested>(cluster, 1).empty());
}

TEST_CASE("an internal query that nobody knows is told in the log, and gets no answer") {
  Cluster cluster(2);
  settle(cluster);
  std::vector<std::string> warnings;
  cluster.on_notice = [&](NodeIndex i, const Notice& notice) {
    if (i == 1 && notice.level == Notice::Level::warn) {
      warnings.push_back(notice.text);
    }
  };
  REQUIRE(cluster.query(0, "_serf_reboot", "", {.timeout = 2s}));
  cluster.run_for(3s);
  CHECK(warnings == std::vector<std::string>{"serf: Unhandled internal query '_serf_reboot'"});
  CHECK(events_of<QueryReceived>(cluster, 1).empty());
  CHECK(events_of<QueryAnswered>(cluster, 0).empty());
}

TEST_CASE("an event over its limit is refused with both sizes, bare and encoded") {
  Cluster cluster(1);
  const std::size_t most = Limits{}.user_event_bytes;
  Output out;
  const auto refusal = [&](std::size_t payload) {
    const auto sent = cluster.node(0).send_event(cluster.now(), "e", Buffer(payload), false, out);
    REQUIRE_FALSE(sent);
    CHECK(sent.error().allowed == most);
    return sent.error();
  };
  const TooLarge bare = refusal(most);
  CHECK(bare.limit == TooLarge::Limit::event_raw);
  CHECK(bare.size == most + 1);
  const TooLarge whole = refusal(most - 1);
  CHECK(whole.limit == TooLarge::Limit::event_encoded);
  CHECK(whole.size > most);
  CHECK(cluster.node(0).stats().event_queue == 0);
}
