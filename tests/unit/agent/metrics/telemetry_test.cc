// Names and types are those a real serf sent to statsd (tests/interop/test_metrics.py asks it anew).
#include "agent/metrics/telemetry.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>

#include "../hooks/bench.h"

using namespace hearsay::agent;
using namespace hearsay::agent::metrics;
using hearsay::swim::Measured;
using hearsay::swim::MemberEvent;
using hearsay::swim::MemberEventKind;
using hearsay::swim::Stats;
using hearsay::swim::UserEventReceived;
using hooks::turn_until;
using namespace std::chrono_literals;

namespace {

/// Keeps what it is sent.
class Book final : public Collector {
 public:
  Book(loop::Loop& loop, Log& log, std::string& text)
      : Collector(loop, log, "book", {.host = "127.0.0.1", .port = 1}), text_(text) {}

 private:
  void dial(const hearsay::swim::Endpoint&) override { ready(); }
  void send(std::string_view lines) override { text_ += lines; }

  std::string& text_;
};

std::string host() {
  std::array<char, 256> name{};
  REQUIRE(::gethostname(name.data(), name.size() - 1) == 0);
  return name.data();
}

struct Fixture {
  loop::Loop loop;
  Terminal nowhere{-1};
  Log log{nowhere, LogLevel::err};
  std::string sent;
  std::vector<std::pair<std::string, std::uint64_t>> counters;
  std::vector<std::pair<std::string, std::uint64_t>> gauges;
  Stats stats{};

  std::unique_ptr<Telemetry> telemetry(bool serf_names_only = false) {
    std::vector<std::unique_ptr<Collector>> books;
    books.push_back(std::make_unique<Book>(loop, log, sent));
    const auto visit_all = [this](const CounterVisitor& visit) {
      for (const auto& [name, value] : counters) {
        visit(name, value);
      }
    };
    const auto visit_held = [this](const CounterVisitor& visit) {
      for (const auto& [name, value] : gauges) {
        visit(name, value);
      }
    };
    return std::make_unique<Telemetry>(Telemetry::Host{.loop = loop,
                                                       .visit_counters = visit_all,
                                                       .visit_gauges = visit_held,
                                                       .stats = [this] { return stats; },
                                                       .serf_names_only = serf_names_only},
                                       std::move(books));
  }
  /// What a flush sends.
  std::string flushed(Telemetry& telemetry) {
    sent.clear();
    telemetry.flush();
    return sent;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a counter is told as its difference, once, under Serf's name where it has one") {
  counters = {{"bytes_sent", 100}, {"rumors_dropped", 0}};
  const auto watched = telemetry();
  CHECK(flushed(*watched) == "serf-agent.memberlist.udp.sent:100.000000|c\n");
  CHECK(flushed(*watched).empty());
  counters = {{"bytes_sent", 130}, {"rumors_dropped", 2}};
  CHECK(flushed(*watched) ==
        "serf-agent.memberlist.udp.sent:30.000000|c\nserf-agent.hearsay.rumors_dropped:2.000000|c\n");
}

TEST_CASE_FIXTURE(Fixture, "under Serf's name only Serf's metrics are told") {
  counters = {{"bytes_sent", 1}, {"rumors_dropped", 1}, {"claims_dead", 1}};
  CHECK(flushed(*telemetry(true)) ==
        "serf-agent.memberlist.udp.sent:1.000000|c\nserf-agent.memberlist.msg.dead:1.000000|c\n");
}

TEST_CASE_FIXTURE(Fixture, "the health score is told when it changes, with the host's name as all gauges") {
  const auto watched = telemetry();
  CHECK(flushed(*watched).empty());
  stats.health_score = 2;
  CHECK(flushed(*watched) == "serf-agent." + host() + ".memberlist.health.score:2.000000|g\n");
  CHECK(flushed(*watched).empty());
}

TEST_CASE_FIXTURE(Fixture, "members and user events are counted as they come") {
  const auto watched = telemetry();
  for (const auto kind : {MemberEventKind::join, MemberEventKind::failed, MemberEventKind::update,
                          MemberEventKind::leave, MemberEventKind::reap}) {
    watched->on_event(MemberEvent{.kind = kind, .member = {}});
  }
  watched->on_event(UserEventReceived{.ltime = 1, .name = "a b", .payload = {}, .coalesce = false});
  CHECK(flushed(*watched) ==
        "serf-agent.serf.member.join:1.000000|c\nserf-agent.serf.member.failed:1.000000|c\n"
        "serf-agent.serf.member.update:1.000000|c\nserf-agent.serf.member.left:1.000000|c\n"
        "serf-agent.serf.events:1.000000|c\nserf-agent.serf.events.a_b:1.000000|c\n");
}

TEST_CASE_FIXTURE(Fixture, "what the core measured is a sample, or counts a query by its name") {
  const auto watched = telemetry();
  watched->on_event(Measured{.what = Measured::What::message_received, .value = 16});
  watched->on_event(Measured{.what = Measured::What::message_sent, .value = 17});
  watched->on_event(Measured{.what = Measured::What::coordinate_moved, .value = 0.25});
  watched->on_event(Measured{.what = Measured::What::query_heard, .name = "load"});
  CHECK(flushed(*watched) ==
        "serf-agent.serf.msgs.received:16.000000|ms\nserf-agent.serf.msgs.sent:17.000000|ms\n"
        "serf-agent.serf.coordinate.adjustment-ms:0.250000|ms\n"
        "serf-agent.serf.queries:1.000000|c\nserf-agent.serf.queries.load:1.000000|c\n");
}

TEST_CASE_FIXTURE(Fixture, "how long something took is counted from its beginning, in milliseconds") {
  const auto watched = telemetry();
  const std::array<std::pair<Measured::What, std::string>, 3> timed = {
      {{Measured::What::probe, "probeNode"},
       {Measured::What::gossip, "gossip"},
       {Measured::What::push_pull, "pushPullNode"}}};
  for (const auto& [what, name] : timed) {
    watched->on_event(Measured{.what = what, .since = loop::Loop::now() - 2s});
    const std::string line = flushed(*watched);
    CAPTURE(line);
    const std::string before = "serf-agent.memberlist." + name + ":";
    REQUIRE(line.starts_with(before));
    CHECK(std::stod(line.substr(before.size())) >= 2000);
    CHECK(std::stod(line.substr(before.size())) < 60'000);
    CHECK(line.ends_with("|ms\n"));
  }
}

TEST_CASE_FIXTURE(Fixture, "scripts and writes of the snapshot are samples too") {
  const auto watched = telemetry();
  watched->on_script("cat >x", 3ms);
  watched->on_snapshot("appendLine", 250us);
  CHECK(flushed(*watched) ==
        "serf-agent.agent.invoke.cat_>x:3.000000|ms\n"
        "serf-agent.serf.snapshot.appendLine:0.250000|ms\n");
}

TEST_CASE_FIXTURE(Fixture, "the beat tells the process at once and every second, not ten times a second") {
  const auto watched = telemetry();
  const auto told = [&] {
    std::size_t count = 0;
    for (auto at = sent.find("runtime.alloc_bytes"); at != std::string::npos;
         at = sent.find("runtime.alloc_bytes", at + 1)) {
      ++count;
    }
    return count;
  };
  const auto started = loop::Loop::now();
  turn_until(loop, [&] { return told() == 1; });
  CHECK(loop::Loop::now() - started < 1s);
  turn_until(loop, [&] { return told() == 3; });
  CHECK(loop::Loop::now() - started >= 2s);
  for (const auto* name : {"num_goroutines:1.000000", "sys_bytes:", "total_gc_runs:0.000000"}) {
    CHECK(sent.find("serf-agent." + host() + ".runtime." + name) != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Fixture, "what is held is told at the start, and again when it has changed") {
  gauges = {{"streams_open", 0}, {"rpc_clients", 1}};
  const auto watched = telemetry();
  const auto count = [&](const std::string& line) {
    std::size_t found = 0;
    const std::string whole = "serf-agent." + host() + ".hearsay." + line + "|g\n";
    for (auto at = sent.find(whole); at != std::string::npos; at = sent.find(whole, at + 1)) {
      ++found;
    }
    return found;
  };
  const auto seconds_told = [&] { return count("streams_open:0.000000") + count("streams_open:2.000000"); };
  turn_until(loop, [&] { return seconds_told() == 1; });
  gauges[0].second = 2;
  turn_until(loop, [&] { return seconds_told() == 2; });
  CHECK(count("streams_open:2.000000") == 1);
  CHECK(count("rpc_clients:1.000000") == 1);
}
