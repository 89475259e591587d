// Every counter of the core, and how to make it count. A counter without a row here fails the last test.
#include <doctest/doctest.h>

#include <limits>
#include <map>

#include "asked_query.h"
#include "scene.h"
#include "swim/wire/packet.h"
#include "swim/wire/stream.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

using Scene = std::function<void(Cluster&)>;

/// What happens to node 0 of four that have met. No scene: that they met is enough.
struct Row {
  Scene scene;
  Cluster::Tune tune = {};
};

/// A datagram from node 1.
Scene hears(Buffer datagram, int times = 1) {
  return [datagram = std::move(datagram), times](Cluster& cluster) {
    for (int i = 0; i < times; ++i) {
      cluster.inject(0, Cluster::address(1), datagram);
    }
  };
}

void crashes(Cluster& cluster) {
  cluster.crash(1);
  REQUIRE(cluster.settles_within(1min, [&] { return cluster.status(0, 1) == MemberStatus::failed; }));
}

Buffer user_event(std::uint64_t ltime, std::string_view payload = {}) {
  return user_message(wire::UserEvent{.ltime = ltime, .name = "e", .payload = as_bytes(payload)});
}

Buffer query(std::uint64_t ltime, std::uint32_t id, std::uint8_t relay_factor = 0) {
  return query_to(Cluster::address(1), {.ltime = ltime, .id = id, .relay_factor = relay_factor});
}

void accept_stream(Cluster& cluster, Bytes bytes) {
  Output out;
  const auto stream = cluster.node(0).stream_accepted(cluster.now(), Cluster::address(1), out);
  if (stream && !bytes.empty()) {
    cluster.node(0).stream_received(cluster.now(), *stream, bytes, out);
  }
}

/// Nested compounds of alive messages that make no sense.
Buffer broken_claims() {
  const Buffer broken = alive("x", 0);
  wire::PacketParts inner;
  for (int i = 0; i < 120; ++i) {
    inner.add(broken);
  }
  wire::PacketParts outer;
  Buffer packed;
  inner.pack(packed);
  for (int i = 0; i < 10; ++i) {
    outer.add(packed);
  }
  Buffer out;
  outer.pack(out);
  return out;
}

/// Node 0's next probe is answered by us, at once, with that coordinate.
Scene answered(const Coordinate& coordinate) {
  return [coordinate](Cluster& cluster) {
    struct Pings final : wire::PacketHandler {
      std::optional<std::uint32_t> seq_no;
      void on_message(wire::MessageType type, Bytes body) override {
        if (type == wire::MessageType::ping) {
          seq_no = wire::decode<wire::Ping>(body)->seq_no;
        }
      }
      void on_packet_error(wire::PacketError) override {}
    } pings;
    wire::PacketOpener opener;
    cluster.network.latency = 100ms;
    cluster.on_datagram = [&](const Cluster::Sent& sent) {
      if (sent.from == 0 && !pings.seq_no) {
        opener.open(sent.bytes, {}, pings);
      }
    };
    REQUIRE(cluster.settles_within(10s, [&] { return pings.seq_no.has_value(); }));
    cluster.on_datagram = nullptr;
    Buffer payload;
    encode_coordinate(coordinate, payload);
    cluster.inject(0, Cluster::address(1), encoded(wire::Ack{.seq_no = *pings.seq_no, .payload = payload}));
  };
}

Coordinate coordinate_at(double place, double error) {
  Coordinate coordinate;
  coordinate.vec.fill(place);
  coordinate.error = error;
  return coordinate;
}

void asks_and_hears_twice(Cluster& cluster, std::uint32_t flags) {
  // Everybody acks; n1 answers too.
  REQUIRE(cluster.query(0, "q", "", {.want_acks = true, .timeout = 30s}));
  std::optional<QueryKey> key;
  REQUIRE(cluster.settles_within(5s, [&] {
    for (const QueryReceived& received : events_of<QueryReceived>(cluster, 1)) {
      key = QueryKey{received.ltime, received.id};
    }
    return key.has_value();
  }));
  cluster.run_for(1s);
  const Buffer answer = user_message(
      wire::QueryResponse{.ltime = key->ltime, .id = key->id, .from = "n1", .flags = flags, .payload = {}});
  cluster.inject(0, Cluster::address(1), answer);
  cluster.inject(0, Cluster::address(1), answer);
}

Cluster::Tune limits(const std::function<void(Limits&)>& change) {
  return [change](NodeIndex i, Config& config) {
    if (i == 0) {
      change(config.limits);
    }
  };
}

void everybody_is_killed(Cluster& cluster) {
  for (NodeIndex i : {1U, 2U, 3U}) {
    cluster.crash(i);
  }
  cluster.run_for(1min);
}

void everybody_is_forgotten(Cluster& cluster) {
  for (NodeIndex i : {1U, 2U, 3U}) {
    cluster.crash(i);
  }
  REQUIRE(cluster.settles_within(10min, [&] { return cluster.node(0).stats().members == 1; }));
}

/// Node 3 does, and node 0 dials it.
void misses_a_pruning(Cluster& cluster) {
  crashes(cluster);
  cluster.network.cut_both(3, 0);
  cluster.network.cut_both(3, 2);
  cluster.force_leave(0, "n1", true);
  cluster.run_for(5s);
  cluster.network.heal();
  cluster.join(0, 3);
  cluster.run_for(1s);
}

void isolate(Cluster& cluster) {
  cut_off(cluster, 0);
  cluster.run_for(2min);
}

void comes_back(Cluster& cluster) {
  crashes(cluster);
  cluster.restart(1);
  cluster.join(1, 2);
  REQUIRE(cluster.settles_within(30s, [&] { return cluster.status(0, 1) == MemberStatus::alive; }));
}

void is_sent_a_forged_refusal(Cluster& cluster) {
  Output out;
  cluster.node(0).refused(cluster.now(), Cluster::address(1), as_bytes("no ping of ours"), out);
}

void is_sent_strange_versions(Cluster& cluster) {
  const Versions strange{.delegate_min = 7, .delegate_max = 7, .delegate_cur = 7};
  cluster.inject(1, Cluster::address(2), alive("stranger", 1, elsewhere, strange));
  cluster.join(0, 1);
  cluster.run_for(1s);
}

void loses_udp(Cluster& cluster) {
  for (const NodeIndex i : {0U, 2U, 3U}) {
    cluster.network.udp_cut.insert({i, 1});
    cluster.network.udp_cut.insert({1, i});
  }
  cluster.run_for(2min);
}

void relays_a_long_answer(Cluster& cluster) {
  cluster.inject(0, Cluster::address(1), query(5, 1, 2));
  REQUIRE(cluster.respond(0, {5, 1}, std::string(960, 'x')));
}

void asks_twice(Cluster& cluster) {
  REQUIRE(cluster.query(0, "a", "", {}));
  CHECK_FALSE(cluster.query(0, "b", "", {}));
}

void installs_too_many_keys(Cluster& cluster) {
  for (std::size_t n = 0; n < wire::Keyring::keys_max; ++n) {
    Buffer key(32, static_cast<std::byte>(n));
    (void)cluster.node(0).change_keyring(KeyOperation::install, key);
  }
}

void hears_two_queries(Cluster& cluster) {
  cluster.inject(0, Cluster::address(1), query(5, 1));
  cluster.inject(0, Cluster::address(1), query(6, 2));
}

std::map<std::string_view, Row> rows_of_members() {
  return {
      {"datagrams_received", {{}}},
      {"datagrams_sent", {{}}},
      {"bytes_received", {{}}},
      {"bytes_sent", {{}}},
      {"packets_rejected", {hears({std::byte{7}})}},
      {"messages_rejected", {hears({std::byte{8}, std::byte{99}})}},
      {"claims_rejected", {hears(alive("x", 0))}},
      {"pings_misdirected",
       {hears(encoded(wire::Ping{
           .seq_no = 1, .node = "other", .source_addr = {}, .source_port = 0, .source_node = {}}))}},
      {"acks_unexpected", {hears(encoded(wire::Ack{.seq_no = 999'999, .payload = {}}))}},
      {"notices_dropped", {hears(broken_claims())}},
      {"claims_alive", {{}}},
      {"claims_suspect", {crashes}},
      {"claims_dead", {crashes}},
      {"merges_refused", {is_sent_strange_versions}},
      {"probes_failed", {crashes}},
      {"probes_degraded", {isolate}},
      {"suspicions_unconfirmed", {isolate}},
      {"probes_over_tcp", {loses_udp}},
      {"indirect_probes_dropped",
       {hears(encoded(wire::IndirectPing{.seq_no = 1,
                                         .target = {},
                                         .port = 7946,
                                         .node = "n2",
                                         .nack = false,
                                         .source_addr = {},
                                         .source_node = {}}))}},
      {"probes_refused", {crashes}},
      {"failed_by_refusals", {crashes}},
      {"probes_again_dropped", {crashes, limits([](Limits& l) { l.extra_probes = 0; })}},
      {"refusals_unmatched", {is_sent_a_forged_refusal}},
      {"refusals_too_many", {everybody_is_killed}},
      {"flaps_forgotten", {comes_back, limits([](Limits& l) { l.flaps = 0; })}},
      {"refutations", {hears(encoded(wire::Suspect{.incarnation = 1, .node = "n0", .from = "n1"}))}},
      {"name_conflicts", {hears(alive("n2", 9))}},
      {"reclaims_refused", {[](Cluster& cluster) {
         crashes(cluster);
         cluster.run_for(1min);
         cluster.inject(0, Cluster::address(2), alive("n1", 9));
         cluster.run_for(5s);
       }}},
      {"graves_replaced",
       {everybody_is_forgotten,
        [](NodeIndex, Config& config) {
          config.limits.graves = 1;
          config.serf.reconnect_timeout = 1min;
        }}},
      {"goodbyes_withheld", {[](Cluster& cluster) {
         cluster.leave(1);
         REQUIRE(cluster.settles_within(20s, [&] { return cluster.status(0, 1) == MemberStatus::left; }));
         hears(encoded(wire::Suspect{.incarnation = 1, .node = "n1", .from = "n2"}), 33)(cluster);
       }}},
      {"deaths_withheld", {[](Cluster& cluster) {
         cluster.crash(1);
         REQUIRE(cluster.settles_within(20s, [&] { return cluster.status(0, 1) == MemberStatus::failed; }));
         cluster.run_for(2s);
         hears(encoded(wire::Suspect{.incarnation = 1, .node = "n1", .from = "n2"}), 9)(cluster);
       }}},
      {"suspicions_doubted", {[](Cluster& cluster) {
         cluster.network.lose_at(0, 1, 0);  // it hears the others, who never hear it
         cluster.run_for(1min);
       }}},
      {"prunes_repeated", {misses_a_pruning}},
      {"members_refused", {hears(alive("stranger", 1)), limits([](Limits& l) { l.members = 4; })}},
      {"member_flaps", {comes_back}},
      {"lamport_refused", {hears(user_message(wire::JoinIntent{.ltime = ~std::uint64_t{0}, .node = "n1"}))}},
      {"coordinate_rejected", {answered(coordinate_at(std::numeric_limits<double>::quiet_NaN(), 1))}},
      {"coordinate_zero_rtt", {answered(coordinate_at(0, 1))}},
      {"coordinate_resets", {answered(coordinate_at(std::numeric_limits<double>::max(), 1))}},
  };
}

std::map<std::string_view, Row> rows_of_messages() {
  return {
      {"stream_bytes_received", {{}}},
      {"stream_bytes_sent", {{}}},
      {"streams_accepted", {{}}},
      {"streams_dialled", {[](Cluster& cluster) { cluster.join(0, 1); }}},
      {"push_pulls_begun", {[](Cluster& cluster) {
         cluster.join(0, 1);
         cluster.run_for(1s);
       }}},
      {"streams_refused",
       {[](Cluster& cluster) {
          for (int i = 0; i < 4; ++i) {
            accept_stream(cluster, {});
          }
        },
        limits([](Limits& l) { l.streams_inbound = 3; })}},
      {"streams_rejected", {[](Cluster& cluster) { accept_stream(cluster, Buffer{std::byte{99}}); }}},
      {"streams_timed_out", {[](Cluster& cluster) {
         accept_stream(cluster, {});
         cluster.run_for(1min);
       }}},
      {"rumors_dropped",
       {hears(user_event(5, std::string(500, 'x'))), limits([](Limits& l) { l.queue_depth = 0; })}},
      {"intents_dropped",
       {hears(user_message(wire::LeaveIntent{.ltime = 9, .node = "nobody", .prune = false})),
        limits([](Limits& l) { l.recent_intents = 0; })}},
      {"user_events_duplicate", {hears(user_event(5), 2)}},
      {"user_events_too_old", {[](Cluster& cluster) {
         cluster.inject(0, Cluster::address(1), user_event(5000));
         cluster.inject(0, Cluster::address(1), user_event(5));
       }}},
      {"user_events_refused", {hears(user_event(5, std::string(10'000, 'x')))}},
      {"queries_duplicate", {hears(query(5, 1), 2)}},
      {"queries_too_old", {[](Cluster& cluster) {
         cluster.inject(0, Cluster::address(1), query(5000, 1));
         cluster.inject(0, Cluster::address(1), query(5, 1));
       }}},
      {"queries_refused", {[](Cluster& cluster) {
         for (std::uint32_t id = 0; id < 10'000; ++id) {
           cluster.inject(0, Cluster::address(1), query(5, id));
         }
       }}},
      {"query_acks", {[](Cluster& cluster) { asks_and_hears_twice(cluster, wire::response_is_ack); }}},
      {"query_answers", {[](Cluster& cluster) { asks_and_hears_twice(cluster, 0); }}},
      {"query_acks_duplicate",
       {[](Cluster& cluster) { asks_and_hears_twice(cluster, wire::response_is_ack); }}},
      {"query_answers_duplicate", {[](Cluster& cluster) { asks_and_hears_twice(cluster, 0); }}},
      {"query_answers_late",
       {hears(user_message(wire::QueryResponse{.ltime = 1, .id = 1, .from = "n1", .payload = {}}))}},
      {"votes_refused",
       {[](Cluster& cluster) {
          hears(alive("n0", 9))(cluster);  // others answer, node 1 not from where it says it is
          cluster.run_for(5s);
        },
        [](NodeIndex i, Config& config) {
          config.advertise = i == 1 ? second_address(1) : config.advertise;
        }}},
      {"own_queries_refused", {asks_twice, limits([](Limits& l) { l.own_queries = 1; })}},
      {"keys_refused",
       {installs_too_many_keys, [](NodeIndex, Config& config) { config.keys = {Buffer(16, std::byte{1})}; }}},
      {"relays_dropped", {relays_a_long_answer}},
      {"nameless_unknown",
       {[](Cluster& cluster) {
          cluster.inject(0, elsewhere, encoded(wire::Ping{.seq_no = 7, .node = "n0"}));
        },
        [](NodeIndex, Config& config) { config.limits.nameless_rows = 1; }}},
      {"strangers_unanswered", {[](Cluster& cluster) {
         for (int i = 0; i < 100; ++i) {
           Output out;
           cluster.node(0).receive(
               cluster.now(), elsewhere,
               encoded(wire::Ping{.seq_no = 1, .node = "n0", .source_addr = {}, .source_node = {}}), out);
         }
       }}},
      {"open_queries_dropped", {hears_two_queries, limits([](Limits& l) { l.open_queries = 1; })}},
  };
}

std::map<std::string_view, Row> all_rows() {
  auto rows = rows_of_members();
  rows.merge(rows_of_messages());
  return rows;
}

std::uint64_t value_of(const Counters& counters, std::string_view wanted) {
  std::uint64_t found = 0;
  counters.for_each(
      [&](std::string_view name, std::uint64_t value) { found = name == wanted ? value : found; });
  return found;
}

}  // namespace

TEST_CASE("each counter of the core counts what it is named for") {
  for (const auto& each : all_rows()) {
    const auto& name = each.first;
    const auto& row = each.second;
    CAPTURE(name);
    Cluster cluster(4, row.tune);
    cluster.join_all();
    REQUIRE(cluster.settles_within(10s, [&] { return cluster.node(1).stats().members == 4; }));
    std::uint64_t before = 0;
    if (row.scene) {
      before = value_of(cluster.node(0).counters(), name);
      row.scene(cluster);
    }
    CHECK(value_of(cluster.node(0).counters(), name) > before);
    cluster.node(0).check_invariants();
  }
}

TEST_CASE("each counter of the core is shown to count") {
  const auto rows = all_rows();
  Counters{}.for_each([&](std::string_view name, std::uint64_t) {
    CAPTURE(name);
    CHECK(rows.contains(name));
  });
}

TEST_CASE("gauges follow what is held") {
  Cluster cluster(4);
  settle(cluster, 30s);
  const Gauges quiet = cluster.node(0).gauges();
  CHECK(quiet.members_held == 4);
  CHECK(quiet.suspicions_open == 0);
  CHECK(quiet.event_rumors_waiting == 0);
  CHECK(quiet.streams_open == 0);
  Output out;
  const auto stream = cluster.node(0).stream_accepted(cluster.now(), Cluster::address(1), out);
  cluster.node(0).stream_received(cluster.now(), *stream, Buffer{std::byte{6}}, out);
  cluster.inject(0, Cluster::address(1),
                 encoded(wire::Suspect{.incarnation = 1, .node = "n2", .from = "n1"}));
  cluster.inject(0, Cluster::address(1), user_event(5));
  cluster.inject(0, Cluster::address(1), query(5, 1));
  cluster.inject(0, Cluster::address(1),
                 user_message(wire::LeaveIntent{.ltime = 9, .node = "nobody", .prune = false}));
  REQUIRE(cluster.query(0, "q", "", {}));
  const Gauges busy = cluster.node(0).gauges();
  CHECK(busy.suspicions_open == 1);
  CHECK(busy.member_rumors_waiting == 1);
  CHECK(busy.event_rumors_waiting == 1);
  CHECK(busy.query_rumors_waiting == 2);
  CHECK(busy.intent_rumors_waiting == 1);
  CHECK(busy.recent_intents_held == 1);
  CHECK(busy.own_queries_open == 1);
  CHECK(busy.queries_answerable == 2);
  CHECK(busy.streams_open == 1);
  CHECK(busy.stream_bytes_held == 1);
  cluster.run_for(2min);
  CHECK(cluster.node(0).gauges().own_queries_open == 0);
  CHECK(cluster.node(0).gauges().streams_open == 0);
}
