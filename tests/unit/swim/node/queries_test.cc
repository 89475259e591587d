#include <doctest/doctest.h>

#include <algorithm>

#include "scene.h"
#include "swim/wire/codec.h"
#include "swim/wire/packet.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> answers(const Cluster& cluster, NodeIndex asker) {
  std::vector<std::string> texts;
  for (const QueryAnswered& answer : events_of<QueryAnswered>(cluster, asker)) {
    texts.push_back(answer.from + ":" + std::string(as_text(answer.payload)));
  }
  std::ranges::sort(texts);
  return texts;
}

bool done(const Cluster& cluster, NodeIndex asker) {
  return !events_of<QueryDone>(cluster, asker).empty();
}

/// Every node in `who` answers every query it has received with its own name.
void answer_all(Cluster& cluster, const std::vector<NodeIndex>& who) {
  for (const NodeIndex i : who) {
    for (const QueryReceived& query : events_of<QueryReceived>(cluster, i)) {
      (void)cluster.respond(i, {query.ltime, query.id}, "from " + Cluster::name(i));
    }
  }
}

}  // namespace

TEST_CASE("a query is answered by everybody and ends with the last answer, long before its deadline") {
  Cluster cluster(4);
  settle(cluster);
  const Instant asked = cluster.now();
  REQUIRE(cluster.query(0, "load", "", {.want_acks = true}));
  CHECK(cluster.settles_within(2s, [&] {
    answer_all(cluster, {0, 1, 2, 3});
    return done(cluster, 0);
  }));
  CHECK(cluster.now() - asked < 1s);
  CHECK(answers(cluster, 0) ==
        std::vector<std::string>{"n0:from n0", "n1:from n1", "n2:from n2", "n3:from n3"});
  CHECK(events_of<QueryAcked>(cluster, 0).size() == 4);
}

TEST_CASE("a query that some do not answer ends at its deadline, not before") {
  Cluster cluster(3);
  settle(cluster);
  REQUIRE(cluster.query(0, "load", "", {.timeout = 2s}));
  cluster.run_for(1900ms);
  answer_all(cluster, {0, 1});
  CHECK_FALSE(done(cluster, 0));
  CHECK(cluster.settles_within(200ms, [&] { return done(cluster, 0); }));
  CHECK(answers(cluster, 0).size() == 2);
}

TEST_CASE("without a timeout of its own a query lasts sixteen gossip intervals a digit of the cluster") {
  Cluster small(3);
  settle(small);
  CHECK(small.node(0).default_query_timeout() == 3200ms);
  Cluster larger(12);
  settle(larger);
  CHECK(larger.node(0).default_query_timeout() == 6400ms);
}

TEST_CASE("only members that the filters name get the query, and only they are waited for") {
  Cluster cluster(4, [](NodeIndex i, Config& config) { config.tags = {{"svc", i < 2 ? "web" : "db"}}; });
  settle(cluster);
  REQUIRE(cluster.query(0, "load", "", {.nodes = {"n1", "n2"}, .tags = {{"svc", "^we"}}, .want_acks = true}));
  CHECK(cluster.settles_within(2s, [&] {
    answer_all(cluster, {0, 1, 2, 3});
    return done(cluster, 0);
  }));
  CHECK(answers(cluster, 0) == std::vector<std::string>{"n1:from n1"});
  CHECK(events_of<QueryReceived>(cluster, 3).empty());
}

TEST_CASE("a ping query ends with the last ack") {
  Cluster cluster(3);
  settle(cluster);
  REQUIRE(cluster.query(0, "_serf_ping", "", {.want_acks = true}));
  CHECK(cluster.settles_within(1s, [&] { return done(cluster, 0); }));
  CHECK(events_of<QueryAcked>(cluster, 0).size() == 3);
  CHECK(events_of<QueryReceived>(cluster, 1).empty());
}

TEST_CASE("a ping waits for a failed member as long as for any other, and a query does not") {
  Cluster cluster(3);
  settle(cluster);
  cluster.crash(2);
  REQUIRE(cluster.settles_within(30s,
                                 [&] { return cluster.node(0).members().count(MemberStatus::failed) == 1; }));
  REQUIRE(cluster.query(0, "load", "", {.want_acks = true}));
  REQUIRE(cluster.settles_within(1s, [&] {
    answer_all(cluster, {0, 1});
    return done(cluster, 0);
  }));
  REQUIRE(cluster.query(0, "_serf_ping", "", {.want_acks = true, .timeout = 2s}));
  cluster.run_for(1900ms);
  CHECK(events_of<QueryDone>(cluster, 0).size() == 1);
  CHECK(cluster.settles_within(200ms, [&] { return events_of<QueryDone>(cluster, 0).size() == 2; }));
}

TEST_CASE("the answers to queries that run at once each belong to their own") {
  Cluster cluster(2);
  settle(cluster);
  REQUIRE(cluster.query(0, "first", "", {.nodes = {"n1"}, .timeout = 5s}));
  REQUIRE(cluster.query(0, "second", "", {.nodes = {"n1"}, .timeout = 5s}));
  REQUIRE(cluster.settles_within(1s, [&] { return events_of<QueryReceived>(cluster, 1).size() == 2; }));
  for (const QueryReceived& query : events_of<QueryReceived>(cluster, 1)) {
    REQUIRE(cluster.respond(1, {query.ltime, query.id}, "to " + query.name));
  }
  REQUIRE(cluster.settles_within(1s, [&] { return events_of<QueryDone>(cluster, 0).size() == 2; }));
  std::vector<QueryAnswered> got = events_of<QueryAnswered>(cluster, 0);
  REQUIRE(got.size() == 2);
  std::ranges::sort(got, {}, &QueryAnswered::command);
  CHECK(got[0].command != got[1].command);
  CHECK(as_text(got[0].payload) == "to first");
  CHECK(as_text(got[1].payload) == "to second");
}

TEST_CASE("a query waits for the ack that its answer has overtaken, and ends with it") {
  Cluster cluster(2);
  settle(cluster);
  cluster.network.udp_cut.insert({1, 0});  // the answer and the ack of n1 are the test's
  REQUIRE(cluster.query(0, "load", "", {.want_acks = true, .timeout = 10s}));
  const QueryReceived asked = events_of<QueryReceived>(cluster, 0).front();
  REQUIRE(cluster.respond(0, {asked.ltime, asked.id}, "mine"));
  const auto hear = [&](std::string_view from, std::uint32_t flags) {
    cluster.inject(0, Cluster::address(1),
                   user_message(wire::QueryResponse{
                       .ltime = asked.ltime, .id = asked.id, .from = from, .flags = flags, .payload = {}}));
  };
  hear("n1", 0);
  cluster.run_for(1s);
  CHECK(events_of<QueryAnswered>(cluster, 0).size() == 2);
  CHECK_FALSE(done(cluster, 0));
  const std::string nobody(Limits{}.name_bytes + 1, 'x');
  hear(nobody, wire::response_is_ack);
  CHECK_FALSE(done(cluster, 0));
  hear("n1", wire::response_is_ack);
  CHECK(done(cluster, 0));
  CHECK(events_of<QueryAcked>(cluster, 0).size() == 2);
}

TEST_CASE("an ack that nobody asked for is counted and not told") {
  Cluster cluster(2);
  settle(cluster);
  REQUIRE(cluster.query(0, "load", "", {.timeout = 10s}));
  const QueryReceived asked = events_of<QueryReceived>(cluster, 0).front();
  cluster.inject(0, Cluster::address(1),
                 user_message(wire::QueryResponse{.ltime = asked.ltime,
                                                  .id = asked.id,
                                                  .from = "n1",
                                                  .flags = wire::response_is_ack,
                                                  .payload = {}}));
  CHECK(cluster.node(0).counters().query_acks_duplicate == 1);
  CHECK(events_of<QueryAcked>(cluster, 0).empty());
}

TEST_CASE("a ping does not wait for who has left") {
  Cluster cluster(3);
  settle(cluster);
  leave_and_end(cluster, 2);
  REQUIRE(cluster.settles_within(5s, [&] { return cluster.status(0, 2) == MemberStatus::left; }));
  REQUIRE(cluster.query(0, "_serf_ping", "", {.want_acks = true, .timeout = 10s}));
  CHECK(cluster.settles_within(1s, [&] { return done(cluster, 0); }));
  CHECK(events_of<QueryAcked>(cluster, 0).size() == 2);
}

TEST_CASE("a query that lingers ends so long after the last answer, or at its deadline") {
  Cluster cluster(2);
  settle(cluster);
  const auto time_to_end = [&](Duration timeout) {
    const std::size_t before = events_of<QueryDone>(cluster, 0).size();
    REQUIRE(cluster.query(0, "_serf_ping", "", {.want_acks = true, .timeout = timeout, .linger = 500ms}));
    const std::size_t acks = events_of<QueryAcked>(cluster, 0).size();
    REQUIRE(cluster.settles_within(1s, [&] { return events_of<QueryAcked>(cluster, 0).size() == acks + 1; }));
    const Instant last = cluster.now();
    REQUIRE(cluster.settles_within(1s, [&] { return events_of<QueryDone>(cluster, 0).size() > before; }));
    return cluster.now() - last;
  };
  const Duration lingering = time_to_end(10s);
  CHECK(lingering >= 490ms);
  CHECK(lingering <= 510ms);
  CHECK(time_to_end(300ms) <= 300ms);
}

TEST_CASE("a query that asks nobody who is alive ends at once") {
  Cluster cluster(2);
  settle(cluster);
  REQUIRE(cluster.query(0, "load", "", {.nodes = {"nobody"}, .want_acks = true}));
  CHECK(cluster.settles_within(10ms, [&] { return done(cluster, 0); }));
  CHECK(events_of<QueryAcked>(cluster, 0).empty());
}

TEST_CASE("a timeout beyond the end of time is no deadline") {
  Cluster cluster(2);
  settle(cluster);
  REQUIRE(cluster.query(0, "load", "", {.timeout = Duration::max()}));
  cluster.run_for(10s);
  CHECK_FALSE(done(cluster, 0));
}

TEST_CASE("a query can be answered once, in time, and within the size limit") {
  Cluster cluster(2);
  settle(cluster);
  REQUIRE(cluster.query(0, "load", "", {.timeout = 2s}));
  REQUIRE(cluster.settles_within(1s, [&] { return !events_of<QueryReceived>(cluster, 1).empty(); }));
  const QueryReceived query = events_of<QueryReceived>(cluster, 1).front();
  const QueryKey key{query.ltime, query.id};
  const auto too_large = cluster.respond(1, key, std::string(1100, 'x'));
  REQUIRE_FALSE(too_large);
  CHECK(too_large.error().why == RespondRefused::Why::too_large);
  CHECK(cluster.respond(1, key, "first"));
  const auto again = cluster.respond(1, key, "second");
  REQUIRE_FALSE(again);
  CHECK(again.error().why == RespondRefused::Why::already_sent);
  const QueryReceived own = events_of<QueryReceived>(cluster, 0).front();
  cluster.run_for(3s);
  const auto late = cluster.respond(0, {own.ltime, own.id}, "late");
  REQUIRE_FALSE(late);
  CHECK(late.error().why == RespondRefused::Why::past_deadline);
}

TEST_CASE("a query over its limit is refused with both sizes") {
  Cluster cluster(1);
  const auto refused = cluster.query(0, "load", std::string(1100, 'x'), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().why == QueryRefused::Why::too_large);
  CHECK(refused.error().allowed == 1024);
  CHECK(refused.error().size > 1100);
}

TEST_CASE("a node that speaks protocol 3 cannot ask") {
  Cluster cluster(1, [](NodeIndex, Config& config) { config.protocol = 3; });
  const auto refused = cluster.query(0, "load", "", {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().why == QueryRefused::Why::unsupported);
}

TEST_CASE("with a relay factor an answer arrives although the direct way is blocked") {
  Cluster cluster(5);
  settle(cluster);
  cluster.network.udp_cut.insert({1, 0});
  REQUIRE(cluster.query(0, "load", "", {.nodes = {"n1"}, .relay_factor = 3, .timeout = 3s}));
  CHECK(cluster.settles_within(3s, [&] {
    answer_all(cluster, {1});
    return done(cluster, 0);
  }));
  CHECK(answers(cluster, 0) == std::vector<std::string>{"n1:from n1"});
}

TEST_CASE("in a cluster too small for the relay factor answers go the direct way only") {
  for (const std::uint8_t factor : {std::uint8_t{2}, std::uint8_t{3}}) {
    Cluster cluster(3);
    settle(cluster);
    REQUIRE(cluster.query(0, "load", "", {.nodes = {"n1"}, .relay_factor = factor, .timeout = 5s}));
    REQUIRE(cluster.settles_within(1s, [&] { return !events_of<QueryReceived>(cluster, 1).empty(); }));
    cluster.run_for(3s);  // until the query itself is told no more
    std::size_t sent = 0;
    cluster.on_datagram = [&sent](const Cluster::Sent&) { ++sent; };
    answer_all(cluster, {1});
    CHECK(sent == (factor == 2 ? 3U : 1U));
    cluster.run_for(100ms);
    CHECK(answers(cluster, 0) == std::vector<std::string>{"n1:from n1"});
  }
}

TEST_CASE("a key is installed, used and removed on a running cluster") {
  Cluster cluster(2, [](NodeIndex, Config& config) { config.keys = {Buffer(16, std::byte{1})}; });
  settle(cluster);
  const Buffer fresh(32, std::byte{2});
  Buffer request;
  wire::encode(wire::KeyRequest{fresh}, request);
  REQUIRE(cluster.query(0, "_serf_install-key", std::string(as_text(request)), {}));
  REQUIRE(cluster.settles_within(1s, [&] { return !events_of<KeyRequested>(cluster, 1).empty(); }));
  for (NodeIndex i : {0U, 1U}) {
    const KeyRequested asked = events_of<KeyRequested>(cluster, i).front();
    CHECK(asked.operation == KeyOperation::install);
    CHECK(asked.key == fresh);
    CHECK(cluster.node(i).change_keyring(asked.operation, asked.key));
    CHECK(cluster.answer_key_request(i, asked.query, asked.operation, ""));
  }
  CHECK(cluster.settles_within(1s, [&] { return done(cluster, 0); }));
  CHECK(cluster.node(1).keyring().size() == 2);
}

TEST_CASE("a key query to an agent without encryption is answered with Serf's words") {
  Cluster cluster(1);
  Buffer request;
  wire::encode(wire::KeyRequest{}, request);
  REQUIRE(cluster.query(0, "_serf_list-keys", std::string(as_text(request)), {}));
  const auto answered = events_of<QueryAnswered>(cluster, 0);
  REQUIRE(answered.size() == 1);
  const auto response = wire::decode<wire::KeyResponse>(Bytes(answered[0].payload).subspan(1));
  REQUIRE(response);
  CHECK_FALSE(response->result);
  CHECK(response->message == "Keyring is empty (encryption not enabled)");
}

TEST_CASE("a list of keys that no answer can hold is cut and says so") {
  Cluster cluster(1, [](NodeIndex, Config& config) {
    for (std::uint8_t i = 0; i < 30; ++i) {
      config.keys.emplace_back(32, std::byte{i});
    }
  });
  Buffer request;
  wire::encode(wire::KeyRequest{}, request);
  REQUIRE(cluster.query(0, "_serf_list-keys", std::string(as_text(request)), {}));
  const KeyRequested asked = events_of<KeyRequested>(cluster, 0).front();
  REQUIRE(cluster.answer_key_request(0, asked.query, asked.operation, ""));
  const auto answered = events_of<QueryAnswered>(cluster, 0);
  REQUIRE(answered.size() == 1);
  const auto response = wire::decode<wire::KeyResponse>(Bytes(answered[0].payload).subspan(1));
  REQUIRE(response);
  CHECK(response->result);
  CHECK(response->keys.size() > 15);
  CHECK(response->keys.size() < 30);
  CHECK(response->message == "truncated key list response, showing first " +
                                 std::to_string(response->keys.size()) + " of 30 keys");
}
