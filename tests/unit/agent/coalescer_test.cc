#include "agent/coalescer.h"

#include <doctest/doctest.h>

#include "swim/gossip/tags.h"

namespace hearsay::agent {
namespace {

using namespace std::chrono_literals;
using swim::Instant;
using Kind = swim::MemberEventKind;

constexpr Instant start{};

swim::Buffer meta_of(const swim::Tags& tags) {
  swim::Buffer meta;
  swim::encode_tags(tags, 5, meta);
  return meta;
}

swim::Event member(Kind kind, std::string_view name, swim::Bytes meta) {
  return swim::MemberEvent{kind, {.text = swim::NameAndMeta(name, meta), .at = {}}};
}

swim::Event member(Kind kind, std::string_view name, const swim::Tags& tags = {}) {
  return member(kind, name, meta_of(tags));
}

swim::Event user(std::string name, std::uint64_t ltime, bool coalesce, std::string_view payload = "") {
  const swim::Bytes bytes = swim::as_bytes(payload);
  return swim::UserEventReceived{ltime, std::move(name), {bytes.begin(), bytes.end()}, coalesce};
}

std::string describe(const AgentEvent& event) {
  std::string out(event_name(event));
  if (const auto* members = std::get_if<MembersChanged>(&event)) {
    for (const auto& record : members->members) {
      out.append(" ").append(record.name());
    }
  } else if (const auto* received = std::get_if<swim::UserEventReceived>(&event)) {
    out += ' ' + received->name + ' ' + std::to_string(received->ltime) + ' ' +
           std::string(swim::as_text(received->payload));
  } else {
    out += ' ' + std::get<swim::QueryReceived>(event).name;
  }
  return out;
}

/// A coalescer and a clock that moves by hand.
struct Bench {
  Coalescer coalescer;
  Instant now = start;

  using Told = std::vector<std::string>;

  Told take(swim::Event event) {
    std::vector<AgentEvent> out;
    coalescer.take(now, std::move(event), out);
    return text(out);
  }
  Told tick(swim::Duration later) {
    now += later;
    std::vector<AgentEvent> out;
    coalescer.tick(now, out);
    return text(out);
  }
  /// Whatever waits, at the moment it is due.
  Told settle() {
    REQUIRE(coalescer.next_deadline() != swim::never);
    return tick(coalescer.next_deadline() - now);
  }
  static Told text(const std::vector<AgentEvent>& events) {
    Told told;
    for (const AgentEvent& event : events) {
      told.push_back(describe(event));
    }
    return told;
  }
};

using Told = Bench::Told;

}  // namespace

TEST_CASE("a member event waits for one quiet second and no longer") {
  Bench bench;
  CHECK(bench.take(member(Kind::join, "a")).empty());
  CHECK(bench.coalescer.next_deadline() == start + 1s);
  CHECK(bench.tick(999ms).empty());
  CHECK(bench.tick(1ms) == Told{"member-join a"});
  CHECK(bench.coalescer.next_deadline() == swim::never);
}

TEST_CASE("a window that never falls quiet ends after three seconds") {
  Bench bench;
  for (int i = 0; i < 5; ++i) {
    bench.take(member(Kind::join, "m" + std::to_string(i)));
    CHECK(bench.tick(600ms - 1ns).empty());
  }
  CHECK(bench.take(member(Kind::join, "last")).empty());
  CHECK(bench.coalescer.next_deadline() == start + 3s);
  CHECK(bench.settle() == Told{"member-join m0 m1 m2 m3 m4 last"});
}

TEST_CASE("members of a window are grouped by kind in order of first arrival") {
  Bench bench;
  bench.take(member(Kind::failed, "b"));
  bench.take(member(Kind::join, "c"));
  bench.take(member(Kind::join, "a"));
  bench.take(member(Kind::leave, "d"));
  CHECK(bench.settle() == Told{"member-join c a", "member-leave d", "member-failed b"});
}

TEST_CASE("only the last event of a member counts within a window") {
  Bench bench;
  bench.take(member(Kind::join, "a"));
  bench.take(member(Kind::failed, "a"));
  CHECK(bench.settle() == Told{"member-failed a"});
}

TEST_CASE("a repeat of what was told last is not told again") {
  Bench bench;
  bench.take(member(Kind::join, "a"));
  bench.settle();
  bench.take(member(Kind::join, "a"));
  CHECK(bench.settle().empty());
  bench.take(member(Kind::failed, "a"));
  CHECK(bench.settle() == Told{"member-failed a"});
  bench.take(member(Kind::failed, "a"));
  CHECK(bench.settle().empty());
}

TEST_CASE("an update is told every time") {
  Bench bench;
  bench.take(member(Kind::join, "a"));
  bench.settle();
  for (int i = 0; i < 2; ++i) {
    bench.take(member(Kind::update, "a"));
    CHECK(bench.settle() == Told{"member-update a"});
  }
}

TEST_CASE("a member that failed and returned unchanged within a window is no news") {
  Bench bench;
  bench.take(member(Kind::join, "a", {{"v", "1"}}));
  bench.settle();
  bench.take(member(Kind::failed, "a", {{"v", "1"}}));
  bench.take(member(Kind::join, "a", {{"v", "1"}}));
  CHECK(bench.settle().empty());
}

TEST_CASE("a member that failed and returned with new tags within a window is an update") {
  Bench bench;
  bench.take(member(Kind::join, "a", {{"v", "1"}}));
  bench.settle();
  bench.take(member(Kind::failed, "a", {{"v", "1"}}));
  bench.take(member(Kind::join, "a", {{"v", "2"}}));
  CHECK(bench.settle() == Told{"member-update a"});
}

TEST_CASE("a member that joins, fails and joins again within a window has joined, once (serf#555)") {
  Bench bench;
  for (const Kind kind : {Kind::join, Kind::failed, Kind::join}) {
    bench.take(member(kind, "a"));
  }
  CHECK(bench.settle() == Told{"member-join a"});
}

namespace {

enum class State : std::uint8_t { unknown, alive, failed, left };

State after(Kind kind) {
  switch (kind) {
    case Kind::join:
    case Kind::update:
      return State::alive;
    case Kind::failed:
      return State::failed;
    case Kind::leave:
      return State::left;
    case Kind::reap:
      break;
  }
  return State::unknown;
}

std::vector<Kind> possible(State state) {
  switch (state) {
    case State::unknown:
      return {Kind::join};
    case State::alive:
      return {Kind::failed, Kind::leave, Kind::update};
    case State::failed:
      return {Kind::join, Kind::leave, Kind::reap};
    case State::left:
      break;
  }
  return {Kind::join, Kind::reap};
}

/// Replays a history, in which nothing stands for the end of a window, to somebody who believes what is
/// told.
void check_history(const std::vector<std::optional<Kind>>& history) {
  Bench bench;
  State truth = State::unknown;
  State believed = State::unknown;
  for (const auto& kind : history) {
    if (kind) {
      bench.take(member(*kind, "a"));
      truth = after(*kind);
      continue;
    }
    std::vector<AgentEvent> told;
    bench.coalescer.flush(told);
    CHECK(told.size() <= 1);
    for (const AgentEvent& event : told) {
      const Kind news = std::get<MembersChanged>(event).kind;
      CHECK((news == Kind::update || news == Kind::reap || after(news) != believed));
      believed = after(news);
    }
    CHECK(believed == truth);
  }
}

void check_histories(std::vector<std::optional<Kind>>& history, State state, int steps) {
  history.emplace_back();
  check_history(history);
  history.pop_back();
  if (steps == 0) {
    return;
  }
  for (const Kind kind : possible(state)) {
    for (const bool window_ends : {false, true}) {
      if (window_ends) {
        history.emplace_back();
      }
      history.emplace_back(kind);
      check_histories(history, after(kind), steps - 1);
      history.resize(history.size() - (window_ends ? 2 : 1));
    }
  }
}

}  // namespace

TEST_CASE(
    "whoever believes what is told knows what is true at the end of every window, and nothing twice "
    "(serf#393)") {
  std::vector<std::optional<Kind>> history;
  check_histories(history, State::unknown, 6);
}

TEST_CASE("tags in another order are the same tags") {
  const auto encode = [](std::initializer_list<std::string_view> pairs) {
    swim::Buffer meta = {std::byte{0xff}, static_cast<std::byte>(0x80 + pairs.size() / 2)};
    for (const std::string_view word : pairs) {
      meta.push_back(static_cast<std::byte>(0xa0 + word.size()));
      swim::append(meta, swim::as_bytes(word));
    }
    return meta;
  };
  Bench bench;
  bench.take(member(Kind::join, "a", encode({"x", "1", "y", "2"})));
  bench.settle();
  bench.take(member(Kind::join, "a", encode({"y", "2", "x", "1"})));
  CHECK(bench.settle().empty());
  bench.take(member(Kind::join, "a", encode({"x", "2", "y", "1"})));
  CHECK(bench.settle() == Told{"member-update a"});
}

TEST_CASE("a member that joins and is updated within a window has joined") {
  Bench bench;
  bench.take(member(Kind::join, "new"));
  bench.take(member(Kind::update, "new"));
  CHECK(bench.settle() == Told{"member-join new"});
  bench.take(member(Kind::failed, "new"));
  bench.settle();
  bench.take(member(Kind::join, "new"));
  bench.take(member(Kind::update, "new"));
  CHECK(bench.settle() == Told{"member-join new"});
}

TEST_CASE("an update of a member that nobody was told of is an update") {
  Bench bench;
  bench.coalescer.set_heard(false);
  bench.take(member(Kind::join, "a"));
  bench.settle();
  bench.coalescer.set_heard(true);
  bench.take(member(Kind::update, "a"));
  CHECK(bench.settle() == Told{"member-update a"});
  bench.take(member(Kind::failed, "a"));
  bench.take(member(Kind::join, "a"));
  CHECK(bench.settle().empty());
}

TEST_CASE("a reaped member is forgotten, so its return is a join") {
  Bench bench;
  bench.take(member(Kind::join, "a"));
  bench.settle();
  bench.take(member(Kind::reap, "a"));
  CHECK(bench.settle() == Told{"member-reap a"});
  bench.take(member(Kind::join, "a"));
  CHECK(bench.settle() == Told{"member-join a"});
}

TEST_CASE("a user event without coalescing passes at once") {
  Bench bench;
  CHECK(bench.take(user("deploy", 1, false, "x")) == Told{"user deploy 1 x"});
  CHECK(bench.coalescer.next_deadline() == swim::never);
}

TEST_CASE("of coalesced user events the newest of each name are told") {
  Bench bench;
  bench.take(user("deploy", 2, true, "b"));
  bench.take(user("deploy", 1, true, "too old"));
  bench.take(user("other", 1, true, "o"));
  bench.take(user("deploy", 3, true, "c"));
  bench.take(user("deploy", 3, true, "same time"));
  CHECK(bench.tick(999ms).empty());
  CHECK(bench.tick(1ms) == Told{"user other 1 o", "user deploy 3 c", "user deploy 3 same time"});
}

TEST_CASE("members and user events wait in windows of their own") {
  Bench bench;
  bench.take(member(Kind::join, "a"));
  bench.tick(500ms);
  bench.take(user("deploy", 1, true));
  CHECK(bench.settle() == Told{"member-join a"});
  CHECK(bench.now == start + 1s);
  CHECK(bench.settle() == Told{"user deploy 1 "});
  CHECK(bench.now == start + 1500ms);
}

TEST_CASE("queries pass at once and internal ones do not pass") {
  Bench bench;
  swim::QueryReceived query{};
  query.name = "uptime";
  CHECK(bench.take(query) == Told{"query uptime"});
  query.name = "_serf_ping";
  CHECK(bench.take(query).empty());
}

TEST_CASE("a flush tells at once what waits, and the window starts anew") {
  Bench bench;
  bench.take(member(Kind::join, "a"));
  bench.take(user("deploy", 1, true));
  std::vector<AgentEvent> out;
  bench.coalescer.flush(out);
  CHECK(Bench::text(out) == Told{"member-join a", "user deploy 1 "});
  CHECK(bench.coalescer.next_deadline() == swim::never);
}

TEST_CASE("user events held back are limited, and the oldest are dropped and counted") {
  Bench bench;
  for (std::size_t i = 0; i < Coalescer::user_events_max + 3; ++i) {
    bench.take(user("e" + std::to_string(i), 1, true));
  }
  CHECK(bench.coalescer.user_events_dropped() == 3);
  const Told told = bench.settle();
  CHECK(told.size() == Coalescer::user_events_max);
  CHECK(told.front() == "user e3 1 ");
}

TEST_CASE("completions and notices are not for listeners") {
  Bench bench;
  CHECK(bench.take(swim::CommandDone{1, false}).empty());
  CHECK(bench.take(swim::Notice{swim::Notice::Level::info, "text"}).empty());
  CHECK(bench.coalescer.next_deadline() == swim::never);
}

TEST_CASE("while nobody listens few members are held, and of more only the kinds are told") {
  Bench bench;
  bench.coalescer.set_heard(false);
  for (std::size_t i = 0; i < Coalescer::unheard_members_max; ++i) {
    bench.take(member(Kind::join, "n"));
  }
  bench.take(member(Kind::join, "n"));
  CHECK(bench.settle() == Told{"member-join n"});
  for (std::size_t i = 0; i < Coalescer::unheard_members_max; ++i) {
    bench.take(member(Kind::join, "m" + std::to_string(i)));
  }
  bench.take(member(Kind::failed, "one too many"));
  const Told told = bench.settle();
  REQUIRE(told.size() == 2);
  CHECK(told[1] == "member-failed");
}

TEST_CASE("whoever comes to listen before the window ends is told what it holds") {
  Bench bench;
  bench.coalescer.set_heard(false);
  bench.take(member(Kind::join, "early"));
  bench.coalescer.set_heard(true);
  bench.take(member(Kind::join, "later"));
  CHECK(bench.settle() == Told{"member-join early later"});
  bench.take(member(Kind::join, "early"));
  CHECK(bench.settle().empty());
}

TEST_CASE("what was told while others listened is not held against whoever listens next") {
  Bench bench;
  bench.take(member(Kind::join, "a"));
  bench.settle();
  bench.coalescer.set_heard(false);
  bench.coalescer.set_heard(true);
  bench.take(member(Kind::join, "a"));
  CHECK(bench.settle() == Told{"member-join a"});
}

}  // namespace hearsay::agent
