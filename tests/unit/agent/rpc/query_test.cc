// Expected bytes are those of Serf 0.9.4: proto/rpc.md, "Dialect" and "Streams".
#include "agent/rpc/query_stream.h"
#include "session_fixture.h"

using namespace hearsay::agent::rpc;
using Fixture = hearsay::test::SessionFixture;
using hearsay::swim::as_bytes;
using hearsay::swim::Instant;
using hearsay::swim::QueryReceived;
using hearsay::test::from_hex;

namespace {

QueryRequest query(std::string_view name) {
  QueryRequest request;
  request.name = name;
  return request;
}

std::string record(std::string_view from_payload_type_in_hex) {
  return from_hex("83" + std::string(from_payload_type_in_hex));
}

QueryReceived received(std::uint64_t ltime, Instant deadline = hearsay::swim::never) {
  QueryReceived out{};
  out.ltime = ltime;
  out.id = 7;
  out.name = "q";
  out.deadline = deadline;
  return out;
}

}  // namespace

TEST_CASE("a query is asked with all that the request says") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("query", 2,
                          QueryRequest{.filter_nodes = {"a", "b"},
                                       .filter_tags = {{"role", "x"}, {"role", "^w"}},
                                       .request_ack = true,
                                       .relay_factor = 3,
                                       .timeout_ns = 1'500'000'000,
                                       .name = "load",
                                       .payload = as_bytes("p")}) +
         Fixture::request("query", 3, query("plain")));
  CHECK(f.errors() == "2: \n3: \n");
  CHECK(f.agent.calls == std::vector<std::string>{
                             "query load p -a -b role~^w with acks relay 3 timeout 1500000000",
                             "query plain ",
                         });
}

TEST_CASE("acks, answers and the end of a query follow its answer as records") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("query", 2, query("load")));
  REQUIRE(f.agent.askers.size() == 1);
  f.agent.askers[0]->on_query_ack("n1");
  f.agent.askers[0]->on_query_answer("n1", as_bytes("hi"));
  f.agent.askers[0]->on_query_answer("n2", {});
  f.agent.finish_query(0);
  const auto answers = f.answers();
  REQUIRE(answers.size() == 5);
  for (const auto& answer : answers) {
    CHECK(answer.seq == 2);
    CHECK(answer.error.empty());
  }
  CHECK(answers[0].body.empty());
  CHECK(answers[1].body == record("a446726f6da26e31 a75061796c6f6164c0 a454797065a361636b"));
  CHECK(answers[2].body == record("a446726f6da26e31 a75061796c6f6164c4026869 a454797065a8726573706f6e7365"));
  CHECK(answers[3].body == record("a446726f6da26e32 a75061796c6f6164c0 a454797065a8726573706f6e7365"));
  CHECK(answers[4].body == record("a446726f6da0 a75061796c6f6164c0 a454797065a4646f6e65"));
}

TEST_CASE("other requests are answered while a query is under way") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("query", 2, query("load")) + Fixture::request("stop", 3, StopRequest{9}));
  f.agent.finish_query(0);
  CHECK(f.errors() == "2: \n3: \n2: \n");
}

TEST_CASE("a query that the agent refuses is answered with the reason, and nothing follows") {
  Fixture f;
  f.greet();
  f.agent.error = "query exceeds limit of 1024 bytes";
  f.send(Fixture::request("query", 2, query("load")));
  CHECK(f.errors() == "2: query exceeds limit of 1024 bytes\n");
  CHECK(f.agent.askers.empty());
}

TEST_CASE("of the cluster's own queries a client may ask the ping alone, and without a payload") {
  Fixture f;
  f.greet();
  QueryRequest loaded = query("_serf_ping");
  loaded.payload = as_bytes("x");
  f.send(Fixture::request("query", 2, query("_serf_ping")) +
         Fixture::request("query", 3, query("_serf_list-keys")) + Fixture::request("query", 4, loaded) +
         Fixture::request("query", 5, query("_serf")));
  CHECK(f.errors() ==
        "2: \n"
        "3: Queries cannot contain the '_serf_' prefix\n"
        "4: Queries cannot contain the '_serf_' prefix\n"
        "5: \n");
}

TEST_CASE("a connection has room for so many queries at a time, and one that is done makes room") {
  Fixture f;
  f.greet();
  for (std::uint64_t seq = 0; seq <= limits::queries_per_client; ++seq) {
    f.send(Fixture::request("query", 100 + seq, query("load")));
  }
  CHECK(f.answers().back().error == "Too many queries on this connection (64 allowed)");
  CHECK(f.counters.queries_refused == 1);
  CHECK(f.agent.askers.size() == limits::queries_per_client);
  f.agent.finish_query(5);
  f.answers();
  f.send(Fixture::request("query", 300, query("load")));
  CHECK(f.errors() == "300: \n");
  CHECK(f.counters.queries_refused == 1);
}

TEST_CASE("a client that stops its query or hangs up has it cancelled, and one that is done is not") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("query", 2, query("a")) + Fixture::request("query", 3, query("b")) +
         Fixture::request("query", 4, query("c")));
  f.agent.finish_query(0);
  f.agent.calls.clear();
  f.send(Fixture::request("stop", 5, StopRequest{2}));
  CHECK(f.agent.calls.empty());
  f.send(Fixture::request("stop", 6, StopRequest{3}));
  CHECK(f.agent.calls == std::vector<std::string>{"cancel query"});
  f.session.reset();
  CHECK(f.agent.calls == std::vector<std::string>{"cancel query", "cancel query"});
}

TEST_CASE("a client answers a query under the number its record carried") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"query"}));
  f.agent.tell(received(9));
  f.agent.tell(received(10));
  f.answers();
  f.send(Fixture::request("respond", 3, RespondRequest{2, as_bytes("two")}) +
         Fixture::request("respond", 4, RespondRequest{1, as_bytes("one")}));
  CHECK(f.errors() == "3: \n4: \n");
  CHECK(f.agent.calls == std::vector<std::string>{"respond 10/7 two", "respond 9/7 one"});
}

TEST_CASE("an answer under an unknown number or after the deadline finds no query") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"query"}));
  f.agent.tell(received(9, Instant{}));
  f.answers();
  f.send(Fixture::request("respond", 3, RespondRequest{1, {}}) +
         Fixture::request("respond", 4, RespondRequest{2, {}}));
  CHECK(f.errors() == "3: No pending queries matching ID\n4: No pending queries matching ID\n");
  CHECK(f.agent.calls.empty());
}

TEST_CASE("an answer that the agent refuses is refused to the client in the same words") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"query"}));
  f.agent.tell(received(9));
  f.answers();
  f.agent.error = "response already sent";
  f.send(Fixture::request("respond", 3, RespondRequest{1, {}}));
  CHECK(f.errors() == "3: response already sent\n");
}

TEST_CASE(
    "of more queries than a client may have open, those past their deadline go first, then the oldest") {
  std::uint64_t forgotten = 0;
  AnswerableQueries queries;
  const Instant now{};
  const Instant soon = now + std::chrono::seconds(1);
  for (std::size_t i = 0; i < limits::answerable_queries; ++i) {
    queries.add(received(i, i == 3 ? soon : hearsay::swim::never), now, forgotten);
  }
  CHECK(queries.add(received(1000), soon, forgotten) == limits::answerable_queries + 1);
  CHECK(forgotten == 0);
  CHECK_FALSE(queries.find(4, now));
  CHECK(queries.find(1, now));
  queries.add(received(1001), soon, forgotten);
  CHECK(forgotten == 1);
  CHECK_FALSE(queries.find(1, now));
  CHECK(queries.find(2, now));
}
