// Packets that no honest member sends. Each was once enough to stop, silence or bloat a node.

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "scene.h"
#include "swim/wire/codec.h"
#include "swim/wire/packet.h"
#include "swim/wire/stream.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Sends `message` over a stream to node 0, as a peer that dialled it.
void send_on_stream(Cluster& cluster, Bytes message) {
  Output out;
  const auto stream = cluster.node(0).stream_accepted(cluster.now(), Cluster::address(1), out);
  REQUIRE(stream);
  cluster.node(0).stream_received(cluster.now(), *stream, message, out);
  cluster.node(0).check_invariants();
}

Buffer stream_user_message(Bytes payload) {
  Buffer out = encoded(wire::UserMessageHeader{.user_msg_len = static_cast<std::int64_t>(payload.size())});
  append(out, payload);
  return out;
}

}  // namespace

TEST_CASE("an indirect ping with a name longer than any member's is refused") {
  Cluster cluster(2);
  settle(cluster);
  for (const std::size_t size : {std::size_t{2000}, std::size_t{65480}}) {
    const std::string name(size, 'x');
    const Buffer request = encoded(wire::IndirectPing{.seq_no = 1,
                                                      .target = Cluster::address(1).ip.wire(),
                                                      .port = 7946,
                                                      .node = name,
                                                      .nack = true,
                                                      .source_addr = {},
                                                      .source_node = {}});
    const auto before = cluster.node(0).counters();
    cluster.inject(0, Cluster::address(1), request);
    CHECK(cluster.node(0).counters().messages_rejected == before.messages_rejected + 1);
    CHECK(cluster.node(0).counters().datagrams_sent == before.datagrams_sent);
  }
}

TEST_CASE("nobody is pinged or answered on behalf of others but members, where they are") {
  Cluster cluster(2);
  settle(cluster);
  const Endpoint stranger{IpAddress::v4(10, 99, 0, 1), 7946};
  std::size_t strangers_reached = 0;
  std::size_t members_reached = 0;
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    strangers_reached += sent.from == 0 && sent.to == stranger ? 1U : 0U;
    members_reached += sent.from == 0 && sent.to == Cluster::address(1) ? 1U : 0U;
  };
  const auto attack = [&](const Endpoint& to, std::string_view name) {
    cluster.inject(0, Cluster::address(1),
                   encoded(wire::IndirectPing{.seq_no = 1,
                                              .target = to.ip.wire(),
                                              .port = to.port,
                                              .node = name,
                                              .nack = false,
                                              .source_addr = {},
                                              .source_node = {}}));
    Buffer relay =
        user_message(wire::RelayHeader{.ip = to.ip.wire(), .port = to.port, .zone = {}, .dest_name = name});
    wire::encode(wire::QueryResponse{.ltime = 1, .id = 1, .from = "x", .payload = {}}, relay);
    cluster.inject(0, Cluster::address(1), relay);
  };
  const auto before = cluster.node(0).counters();
  for (int i = 0; i < 255; ++i) {
    attack(stranger, "n1");
    attack(stranger, "nobody");
    attack(stranger, "");
  }
  CHECK(strangers_reached == 0);
  CHECK(cluster.node(0).counters().indirect_probes_dropped == before.indirect_probes_dropped + 3 * 255);
  CHECK(cluster.node(0).counters().relays_dropped == before.relays_dropped + 3 * 255);
  members_reached = 0;
  attack(Cluster::address(1), "n1");
  attack(Cluster::address(1), "");
  CHECK(members_reached == 4);
}

TEST_CASE("an answer that does not decode is not relayed") {
  Cluster cluster(2);
  settle(cluster);
  Buffer relay = user_message(
      wire::RelayHeader{.ip = Cluster::address(1).ip.wire(), .port = 7946, .zone = {}, .dest_name = "n1"});
  relay.push_back(static_cast<std::byte>(wire::SerfType::query_response));
  relay.push_back(std::byte{0x81});
  const auto before = cluster.node(0).counters();
  cluster.inject(0, Cluster::address(1), relay);
  CHECK(cluster.node(0).counters().messages_rejected == before.messages_rejected + 1);
  CHECK(cluster.node(0).counters().datagrams_sent == before.datagrams_sent);
}

TEST_CASE("nothing is relayed but an answer to a query, of an answer's size") {
  Cluster cluster(2);
  settle(cluster);
  const Buffer header = user_message(
      wire::RelayHeader{.ip = Cluster::address(1).ip.wire(), .port = 7946, .zone = {}, .dest_name = {}});
  const Buffer query = encoded(wire::Query{.ltime = 1, .name = "load"});
  const Buffer payload(70'000, std::byte{1});
  const Buffer long_answer =
      encoded(wire::QueryResponse{.ltime = 1, .id = 1, .from = "x", .payload = payload});
  for (const Buffer& inner : {query, long_answer, Buffer{}}) {
    Buffer message = header;
    append(message, inner);
    const auto sent = cluster.node(0).counters().datagrams_sent;
    cluster.inject(0, Cluster::address(1), message);
    send_on_stream(cluster, stream_user_message(Bytes(message).subspan(1)));
    CHECK(cluster.node(0).counters().datagrams_sent == sent);
  }
}

TEST_CASE("messages that fit no packet do not stand in the way of those that do") {
  Cluster cluster(2);
  settle(cluster);
  for (std::uint64_t i = 0; i < 5000; ++i) {
    Buffer event = user_message(wire::UserEvent{.ltime = 100 + i, .name = "flood", .payload = {}});
    event.resize(1450, std::byte{0});  // what follows the message is ignored, but would travel
    cluster.inject(0, Cluster::address(1), event);
  }
  CHECK(cluster.node(0).stats().event_queue == 0);
  CHECK(cluster.node(0).counters().rumors_dropped >= 5000);
  REQUIRE(cluster.send_event(0, "honest", "x"));
  CHECK(cluster.settles_within(2s, [&] { return cluster.count_user_events(1, "honest") == 1; }));
}

TEST_CASE("a clock led to its limit goes on counting, and events still arrive") {
  constexpr std::uint64_t limit = std::uint64_t{1} << 63U;
  for (const std::uint64_t ltime :
       {limit - 1, limit, ~std::uint64_t{0} - 1, ~std::uint64_t{0}, std::uint64_t{1} << 40U}) {
    CAPTURE(ltime);
    Cluster cluster(3);
    settle(cluster);
    cluster.inject(0, Cluster::address(1),
                   user_message(wire::UserEvent{.ltime = ltime, .name = "far", .payload = {}}));
    cluster.inject(0, Cluster::address(1), user_message(wire::JoinIntent{.ltime = ltime, .node = "n1"}));
    cluster.run_for(1s);
    for (int i = 0; i < 100; ++i) {
      REQUIRE(cluster.send_event(0, "ordinary", std::to_string(i)));
      cluster.run_for(50ms);
    }
    CHECK(cluster.settles_within(5s, [&] { return cluster.count_user_events(2, "ordinary") == 100; }));
    const CommandId command = cluster.leave(0);
    REQUIRE(cluster.settles_within(10s, [&] { return cluster.completion(0, command) != nullptr; }));
    CHECK(cluster.all_see(0, MemberStatus::left));
  }
}

TEST_CASE("a join answer with an impossible event time silences nothing") {
  Cluster cluster(2);
  Output out;
  const Seed seed{Cluster::address(1)};
  cluster.crash(1);
  cluster.node(0).join(cluster.now(), 7, {&seed, 1}, true, out);
  const StreamId stream = std::get<StreamOpen>(out.streams.front()).stream;
  cluster.node(0).stream_connected(cluster.now(), stream, out);
  Buffer state;
  wire::PushPullStateWriter writer(state);
  writer.begin(~std::uint64_t{0}, 0);
  writer.left_members(1, 0);
  writer.status_ltimes(1, 0);
  Buffer answer;
  wire::encode(
      wire::PushPullHeader{
          .nodes = 0, .user_state_len = static_cast<std::int64_t>(state.size()), .join = true},
      answer);
  append(answer, state);
  cluster.node(0).stream_received(cluster.now(), stream, answer, out);
  CHECK(cluster.node(0).counters().lamport_refused == 1);
  REQUIRE(cluster.send_event(0, "ordinary", ""));
  CHECK(cluster.count_user_events(0, "ordinary") == 1);
}

TEST_CASE("names longer than any member's are not remembered") {
  Cluster cluster(1);
  const std::string name(100'000, 'x');
  send_on_stream(cluster, stream_user_message(encoded(wire::JoinIntent{.ltime = 5, .node = name})));
  Buffer state;
  wire::PushPullStateWriter writer(state);
  writer.begin(1, 0);
  writer.left_members(1, 0);
  writer.status_ltimes(1, 1);
  writer.status_ltime(name, 3);
  Buffer exchange;
  wire::encode(
      wire::PushPullHeader{
          .nodes = 0, .user_state_len = static_cast<std::int64_t>(state.size()), .join = false},
      exchange);
  append(exchange, state);
  send_on_stream(cluster, exchange);
  CHECK(cluster.node(0).stats().intent_queue == 0);
  CHECK(cluster.node(0).counters().claims_rejected == 1);
  CHECK(cluster.node(0).counters().messages_rejected == 1);
}

TEST_CASE("a table full of the dead makes room for the living") {
  Cluster cluster(1, [](NodeIndex, Config& config) { config.limits.members = 100; });
  for (int i = 0; i < 99; ++i) {
    const std::string name = "ghost" + std::to_string(i);
    cluster.inject(0, Cluster::address(1), alive(name, 1));
    cluster.inject(0, Cluster::address(1), encoded(wire::Dead{.incarnation = 1, .node = name, .from = "x"}));
  }
  CHECK(cluster.node(0).members().row_count() == 100);
  cluster.inject(0, Cluster::address(1), alive("early", 1));
  CHECK(cluster.node(0).members().find("early") == no_member);
  CHECK(cluster.node(0).counters().members_refused == 1);
  cluster.inject(0, Cluster::address(1), alive("ghost0", 2));
  cluster.run_for(3min);
  cluster.inject(0, Cluster::address(1), alive("honest", 1));
  CHECK(cluster.node(0).members().find("honest") != no_member);
  CHECK(cluster.node(0).members().row_count() <= 100);
}

TEST_CASE("a full table says whom it refuses, at first and whenever their number has doubled") {
  Cluster cluster(1, [](NodeIndex, Config& config) { config.limits.members = 2; });
  std::vector<std::string> lines;
  for (int i = 0; i < 10; ++i) {
    Output out;
    cluster.node(0).receive(cluster.now(), Cluster::address(1), alive("m" + std::to_string(i), 1), out);
    for (const Event& event : out.events) {
      if (const auto* said = std::get_if<Notice>(&event);
          said != nullptr && said->level == Notice::Level::warn) {
        lines.push_back(said->text);
      }
    }
  }
  REQUIRE(cluster.node(0).counters().members_refused == 9);
  CHECK(lines.size() == 4);  // of 1, 2, 4 and 8
  CHECK(lines.front() == "memberlist: Refusing 'm1', there are 2 members already: limit reached");
}

TEST_CASE("versions that contradict themselves are not believed") {
  Cluster cluster(1);
  const Versions broken[] = {
      {.protocol_cur = 200},
      {.protocol_min = 3, .protocol_cur = 2},
      {.delegate_min = 5, .delegate_max = 4, .delegate_cur = 4},
      {.delegate_cur = 6},
      {.protocol_min = 0},
  };
  for (const Versions& versions : broken) {
    cluster.inject(0, Cluster::address(1), alive("stranger", 1, elsewhere, versions));
  }
  CHECK(cluster.node(0).members().row_count() == 1);
  CHECK(cluster.node(0).counters().claims_rejected == std::size(broken));
}

TEST_CASE("incarnation zero is nobody's") {
  Cluster cluster(2);
  settle(cluster);
  cluster.leave(1);
  REQUIRE(cluster.settles_within(10s, [&] { return cluster.status(0, 1) == MemberStatus::left; }));
  cluster.inject(0, Cluster::address(1), alive("n1", 0));
  CHECK(cluster.status(0, 1) == MemberStatus::left);
  CHECK(cluster.node(0).counters().claims_rejected == 1);
}

TEST_CASE("more answers to a query than members are made up") {
  Cluster cluster(2);
  settle(cluster);
  REQUIRE(cluster.query(0, "load", "", {}));
  const auto heard = events_of<QueryReceived>(cluster, 0);
  REQUIRE(heard.size() == 1);
  const QueryReceived& query = heard.front();
  REQUIRE(query.id != 0);
  for (int i = 0; i < 1000; ++i) {
    const std::string from = "made-up-" + std::to_string(i);
    cluster.inject(
        0, Cluster::address(1),
        user_message(wire::QueryResponse{.ltime = query.ltime, .id = query.id, .from = from, .payload = {}}));
  }
  CHECK(events_of<QueryAnswered>(cluster, 0).size() <= 3);
}

TEST_CASE("a query may claim to last for ever") {
  Cluster cluster(1);
  cluster.inject(0, Cluster::address(1),
                 user_message(wire::Query{.ltime = 1,
                                          .id = 1,
                                          .addr = Cluster::address(1).ip.wire(),
                                          .port = 7946,
                                          .source_node = "n1",
                                          .timeout_ns = std::numeric_limits<std::int64_t>::max(),
                                          .name = "load",
                                          .payload = {}}));
  CHECK(cluster.respond(0, {1, 1}, "still here"));
}

TEST_CASE("what peers say reaches the log as one bounded line") {
  Cluster cluster(1);
  Output out;
  const std::string name = "evil\n[ERR] forged line" + std::string(5000, 'x');
  const Buffer ping = encoded(wire::Ping{.seq_no = 1, .node = name, .source_addr = {}, .source_node = {}});
  cluster.node(0).receive(cluster.now(), Cluster::address(1), ping, out);
  REQUIRE(out.events.size() == 1);
  const std::string& text = std::get<Notice>(out.events.front()).text;
  CHECK(text.size() <= 512);
  CHECK(text.find('\n') == std::string::npos);
}
