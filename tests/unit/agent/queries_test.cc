#include "agent/queries.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

using namespace hearsay::agent;
using hearsay::swim::as_bytes;
using hearsay::swim::as_text;
using hearsay::swim::Bytes;
using hearsay::swim::Config;
using hearsay::swim::Event;
using hearsay::swim::IpAddress;
using hearsay::swim::QueryKey;
using hearsay::swim::QueryOptions;
using hearsay::swim::QueryReceived;

namespace {

struct Diary final : QueryListener {
  std::string told;
  std::function<void()> on_begun = [] {};
  std::function<void()> on_done = [] {};

  void on_query_begun() override {
    told += "begun ";
    on_begun();
  }
  void on_query_ack(std::string_view from) override { told.append("ack:").append(from).append(" "); }
  void on_query_answer(std::string_view from, Bytes payload) override {
    told.append(from).append("=").append(as_text(payload)).append(" ");
  }
  void on_query_done() override {
    told += "done";
    on_done();
  }
};

/// A node alone: it asks itself, and what it is asked stands in `received`.
struct Alone {
  loop::Loop loop;
  Terminal terminal{-1};
  Log log{terminal, LogLevel::trace};
  std::unique_ptr<Gossip> gossip = open(loop);
  OpenQueries queries{*gossip, log};
  std::vector<QueryKey> received;

  Alone() {
    Config config;
    config.name = "a";
    config.advertise = {.ip = IpAddress::v4(127, 0, 0, 1), .port = gossip->port()};
    config.bind_port = gossip->port();
    config.limits.own_queries = 2;
    gossip->start(std::move(config), 1, [this](const Event& event) {
      if (const auto* query = std::get_if<QueryReceived>(&event)) {
        received.push_back({query->ltime, query->id});
      } else {
        queries.take(event);
      }
    });
  }

  static std::unique_ptr<Gossip> open(loop::Loop& loop) {
    auto opened = Gossip::open(loop, {.ip = IpAddress::v4(127, 0, 0, 1)});
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
  std::string ask(QueryListener& listener, std::string_view name = "load", QueryOptions options = {}) {
    return queries.ask(name, as_bytes("x"), options, listener);
  }
};

}  // namespace

TEST_CASE("who asks is told of the start before anything else, even when all is over within the call") {
  Alone agent;
  Diary diary;
  CHECK(agent.ask(diary, "_serf_ping", {.want_acks = true}).empty());
  CHECK(diary.told == "begun ack:a done");
}

TEST_CASE("an answer goes to who asked, and ends the query when it was the last") {
  Alone agent;
  Diary first;
  Diary second;
  CHECK(agent.ask(first).empty());
  CHECK(agent.ask(second).empty());
  REQUIRE(agent.received.size() == 2);
  CHECK(agent.queries.respond(agent.received[1], as_bytes("2")).empty());
  CHECK(first.told == "begun ");
  CHECK(second.told == "begun a=2 done");
}

TEST_CASE("a query can be answered once, within the limit, and refusals say why") {
  Alone agent;
  Diary diary;
  CHECK(agent.ask(diary).empty());
  REQUIRE(agent.received.size() == 1);
  CHECK(agent.queries.respond(agent.received[0], as_bytes(std::string(1024, 'x'))) ==
        "failed to respond to key query: response exceeds limit of 1024 bytes");
  CHECK(agent.queries.respond(agent.received[0], {}).empty());
  CHECK(agent.queries.respond(agent.received[0], {}) ==
        "failed to respond to key query: response already sent");
  CHECK(diary.told == "begun a= done");
}

TEST_CASE("who has cancelled hears no more, from inside a call too") {
  Alone agent;
  Diary later;
  CHECK(agent.ask(later).empty());
  agent.queries.cancel(later);
  REQUIRE(agent.received.size() == 1);
  CHECK(agent.queries.respond(agent.received[0], as_bytes("late")).empty());
  CHECK(later.told == "begun ");

  Diary at_once;
  at_once.on_begun = [&] { agent.queries.cancel(at_once); };
  CHECK(agent.ask(at_once, "_serf_ping", {.want_acks = true}).empty());
  CHECK(at_once.told == "begun ");
}

TEST_CASE("at its end a listener may go and another query begin") {
  Alone agent;
  Diary next;
  auto first = std::make_unique<Diary>();
  first->on_done = [&] {
    CHECK(agent.ask(next, "_serf_ping", {.want_acks = true}).empty());
    first.reset();
  };
  CHECK(agent.ask(*first, "_serf_ping", {.want_acks = true}).empty());
  CHECK(first == nullptr);
  CHECK(next.told == "begun ack:a done");
}

TEST_CASE("a query that is refused tells its listener nothing") {
  Alone agent;
  Diary large;
  CHECK(agent.ask(large, std::string(1024, 'n')) == "query exceeds limit of 1024 bytes");
  CHECK(large.told.empty());

  Diary first;
  Diary second;
  Diary third;
  CHECK(agent.ask(first).empty());
  CHECK(agent.ask(second).empty());
  CHECK(agent.ask(third) == "Too many queries at a time (2 allowed)");
  CHECK(agent.gossip->node().counters().own_queries_refused == 1);
  agent.queries.cancel(first);
  CHECK(agent.ask(third).empty());
}
