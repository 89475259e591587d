// What each command answers (proto/rpc.md, "Commands"); queries, keys and streams have files of their own.
#include <doctest/doctest.h>

#include "session_fixture.h"

using namespace hearsay::agent::rpc;
using hearsay::swim::as_bytes;
using Fixture = hearsay::test::SessionFixture;
using hearsay::test::from_hex;
using hearsay::test::to_hex;

TEST_CASE("a bad pattern ends the connection without an answer") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("members-filtered", 2, MembersFilteredRequest{{}, "(", ""}));
  CHECK(f.wire.sent.empty());
  CHECK(f.wire.finished);
}

TEST_CASE("a filter of more patterns or longer ones than allowed ends the connection and is counted") {
  const auto ask = [](const MembersFilteredRequest& request) {
    Fixture f;
    f.greet();
    f.send(Fixture::request("members-filtered", 2, request));
    CHECK(f.wire.finished == (f.counters.filters_refused == 1));
    return f.counters.filters_refused;
  };
  MembersFilteredRequest many{{}, ".*", ""};
  many.tags.assign(limits::tag_filters, {"role", "x.?"});
  CHECK(ask(many) == 0);
  many.tags.emplace_back("role", "x");
  CHECK(ask(many) == 1);
  const std::string all(limits::pattern_bytes, 'x');
  CHECK(ask({{{"role", all}}, "", ""}) == 0);
  CHECK(ask({{{"role", all}}, "", "x"}) == 1);
}

TEST_CASE("a join of more addresses than one request may have is refused and counted") {
  Fixture f;
  f.greet();
  JoinRequest request;
  request.existing.assign(limits::join_addresses, "a");
  f.send(Fixture::request("join", 2, request));
  CHECK(f.errors() == "2: \n");
  request.existing.emplace_back("a");
  f.send(Fixture::request("join", 3, request));
  CHECK(f.errors() == "3: Too many addresses in one join (256 allowed)\n");
  CHECK(f.agent.calls.size() == 1);
  CHECK(f.counters.joins_refused == 1);
}

TEST_CASE("filters pick by name, status and tags, and a missing tag counts as empty") {
  Fixture f;
  f.greet();
  const auto found = [&](const MembersFilteredRequest& request) {
    f.send(Fixture::request("members-filtered", 2, request));
    const auto answers = f.answers();
    REQUIRE(answers.size() == 1);
    const std::string none = from_hex("81 a74d656d62657273 90");
    return answers[0].body != none;
  };
  CHECK(found({}));
  CHECK(found({{}, "alive", "r1"}));
  CHECK(found({{{"role", "x"}}, "", ""}));
  CHECK(found({{{"role", "[xy]"}, {"other", ""}}, "", ""}));
  CHECK(found({{{"other", ".*"}}, "alive|failed", "r."}));
  CHECK_FALSE(found({{}, "failed", ""}));
  CHECK_FALSE(found({{}, "", "r"}));
  CHECK_FALSE(found({{{"role", "y"}}, "", ""}));
  CHECK_FALSE(found({{{"role", ""}}, "", ""}));
  CHECK_FALSE(found({{{"role", "x"}, {"other", ".+"}}, "", ""}));
}

TEST_CASE("verbs answer with the agent's error, in the order they were asked") {
  Fixture f;
  f.greet();
  f.agent.error = "no";
  f.send(Fixture::request("leave", 2) +
         Fixture::request("tags", 3, TagsRequest{{{"a", "1"}, {"a", "2"}}, {"b"}}) +
         Fixture::request("force-leave", 4, ForceLeaveRequest{"n", true}) +
         Fixture::request("event", 5, EventRequest{"e", as_bytes("p"), true}));
  CHECK(f.errors() == "2: no\n3: no\n4: no\n5: no\n");
  CHECK(f.agent.calls == std::vector<std::string>{"leave", "tags a=2 -b", "prune n", "event e p"});
}

TEST_CASE("stats are a map of maps of text") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stats", 2));
  const auto answers = f.answers();
  REQUIRE(answers.size() == 1);
  CHECK(to_hex(answers[0].body) ==
        "82"
        "a56167656e74"
        "81a46e616d65a27231"
        "a474616773"
        "80");
}

TEST_CASE("our own coordinate is known from the start") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("get-coordinate", 2, StreamRequest{}));
  f.send(Fixture::request("get-coordinate", 3) + from_hex("81 a44e6f6465 a27231"));
  const auto answers = f.answers();
  REQUIRE(answers.size() == 2);
  CHECK(to_hex(answers[0].body)
            .ends_with("a3566563c0"
                       "a24f6bc2"));
  CHECK(to_hex(answers[1].body).ends_with("a24f6bc3"));
  CHECK(answers[1].body.size() == 140);  // eleven floats of nine bytes, names, and heads
}
