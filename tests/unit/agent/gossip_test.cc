#include "agent/gossip.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "agent/background_join.h"
#include "agent/joiner.h"
#include "agent/net/address.h"
#include "agent/seed_watch.h"
#include "line_count.h"

using namespace hearsay::agent;
using hearsay::swim::CommandDone;
using hearsay::swim::Config;
using hearsay::swim::Endpoint;
using hearsay::swim::Event;
using hearsay::swim::Instant;
using hearsay::swim::IpAddress;
using hearsay::swim::JoinDone;
using hearsay::swim::MemberStatus;
using hearsay::swim::Node;
using hearsay::swim::Output;
using hearsay::swim::Phase;
using hearsay::swim::Timing;
using hearsay::test::LineCount;

namespace {

constexpr IpAddress loopback = IpAddress::v4(127, 0, 0, 1);

/// A node with real sockets on loopback and all that joins need.
struct Peer {
  loop::Loop& loop;
  Terminal terminal{-1};
  Log log{terminal, LogLevel::trace};
  std::unique_ptr<Gossip> gossip;
  PendingCommands commands;
  std::optional<Joiner> joiner;

  Peer(loop::Loop& on, std::string name, std::uint16_t port = 0, IpAddress bind = loopback) : loop(on) {
    auto opened = Gossip::open(loop, {.ip = bind, .port = port});
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error()));
    gossip = std::move(*opened);
    Config config;
    config.name = std::move(name);
    config.advertise = {.ip = loopback, .port = gossip->port()};
    config.bind_port = gossip->port();
    config.timing = Timing::local();
    joiner.emplace(loop, *gossip, commands, log);
    gossip->start(std::move(config), 1, [this](const Event& event) {
      if (const auto* joined = std::get_if<JoinDone>(&event)) {
        commands.complete(*joined);
      } else if (const auto* done = std::get_if<CommandDone>(&event)) {
        commands.complete(*done);
      }
    });
  }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(gossip->port()); }
  [[nodiscard]] std::size_t alive() const { return gossip->node().members().count(MemberStatus::alive); }

  void leave() {
    bool left = false;
    const auto command = commands.expect([&](const CommandDone&) { left = true; });
    gossip->act([&](Node& node, Instant now, Output& out) { return node.leave(now, command, out); });
    while (!left) {
      loop.run_once();
    }
  }
};

struct JoinResult {
  bool done = false;
  std::size_t contacted = 0;
  std::string error;

  Joiner::Done take() {
    return [this](std::size_t count, const std::string& text) {
      done = true;
      contacted = count;
      error = text;
    };
  }
};

JoinResult join(Peer& peer, std::vector<std::string> addresses) {
  JoinResult result;
  peer.joiner->join(std::move(addresses), false, result.take());
  while (!result.done) {
    peer.loop.run_once();
  }
  return result;
}

/// Where nobody listens.
std::string nobody(loop::Loop& loop) {
  std::string address;
  {
    const Peer brief(loop, "brief");
    address = brief.address();
  }
  loop.run_ready();
  return address;
}

}  // namespace

TEST_CASE("two nodes with real sockets find each other") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  const JoinResult result = join(b, {a.address()});
  CHECK(result.contacted == 1);
  CHECK(result.error.empty());
  while (a.alive() < 2 || b.alive() < 2) {
    loop.run_once();
  }
  CHECK(a.gossip->node().members().find("b") != hearsay::swim::no_member);
  CHECK(b.gossip->node().members().find("a") != hearsay::swim::no_member);
}

TEST_CASE("an address in use is one line that says what to do") {
  loop::Loop loop;
  const Peer a(loop, "a");
  const auto second = Gossip::open(loop, {.ip = loopback, .port = a.gossip->port()});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error() == "Cannot listen on " + a.address() +
                              " (TCP): address already in use. Choose another address or port with -bind");
}

TEST_CASE("a verb may be called from inside an event, and its output is acted on") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  JoinResult second;
  bool inside = false;
  b.joiner->join({a.address()}, false, [&](std::size_t, const std::string&) {
    inside = true;
    b.joiner->join({a.address()}, false, second.take());
    CHECK_FALSE(second.done);  // it was only begun
  });
  while (!second.done) {
    loop.run_once();
  }
  CHECK(inside);
  CHECK(second.contacted == 1);
}

TEST_CASE("a join tells every address that failed, and that only if none succeeded") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  const std::string gone = nobody(loop);

  const JoinResult failed = join(b, {gone, "a:b"});
  CHECK(failed.contacted == 0);
  CHECK(failed.error ==
        "2 errors occurred:\n\t* Failed to resolve a:b: port \"b\" is not a number\n\t* Failed to join "
        "127.0.0.1: "
        "dial tcp " +
            gone + ": connect: connection refused\n\n");

  const JoinResult half = join(b, {gone, a.address()});
  CHECK(half.contacted == 1);
  CHECK(half.error.empty());
  CHECK(join(b, {}).error.empty());
}

TEST_CASE("one error is not said to be several") {
  CHECK(list_errors({"x"}) == "1 error occurred:\n\t* x\n\n");
  CHECK(list_errors({"x", "y"}) == "2 errors occurred:\n\t* x\n\t* y\n\n");
}

TEST_CASE("a seed without a port is asked at our own") {
  loop::Loop loop;
  Peer a(loop, "a");
  // Our own port on another loopback address: nobody there.
  const JoinResult result = join(a, {"127.0.0.2"});
  CHECK(result.error.find("dial tcp 127.0.0.2:" + std::to_string(a.gossip->port())) != std::string::npos);
}

TEST_CASE("nobody joins after a leave") {
  loop::Loop loop;
  Peer a(loop, "a");
  const Peer b(loop, "b");
  a.leave();
  REQUIRE(a.gossip->node().phase() == Phase::left);
  CHECK(join(a, {b.address()}).error == "Serf can't Join after Leave or Shutdown");
}

TEST_CASE("a retried join goes on until it has worked") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  const std::string gone = nobody(loop);
  bool gave_up = false;
  RetryJoin retry(loop, *b.joiner, b.log,
                  {.addresses = {gone, a.address()}, .interval = std::chrono::milliseconds(1)},
                  {.joined = [] {}, .given_up = [&] { gave_up = true; }});
  retry.start();
  while (b.alive() < 2) {
    loop.run_once();
  }
  CHECK_FALSE(gave_up);
}

TEST_CASE("a retried join gives up after as many retries as it may make, and not before") {
  loop::Loop loop;
  Peer b(loop, "b");
  const std::string gone = nobody(loop);
  struct Attempts final : rpc::LogListener {
    int begun = 0;
    void on_log_line(std::string_view line) override {
      begun += line.find("Joining cluster...(replay: false)") != std::string_view::npos ? 1 : 0;
    }
  } attempts;
  b.log.add_listener(attempts);
  bool gave_up = false;
  RetryJoin retry(loop, *b.joiner, b.log,
                  {.addresses = {gone}, .interval = std::chrono::milliseconds(1), .attempts_max = 2},
                  {.joined = [] {}, .given_up = [&] { gave_up = true; }});
  retry.start();
  while (!gave_up) {
    loop.run_once();
  }
  CHECK(attempts.begun == 3);
  b.log.remove_listener(attempts);
}

TEST_CASE("a retried join that was stopped neither goes on nor gives up") {
  loop::Loop loop;
  Peer b(loop, "b");
  const std::string gone = nobody(loop);
  struct Lines final : rpc::LogListener {
    bool failed = false;
    bool goes_on = false;
    void on_log_line(std::string_view line) override {
      failed |= line.find("agent: error joining") != std::string_view::npos;
      goes_on |= line.find("retrying in") != std::string_view::npos ||
                 line.find("maximum retry") != std::string_view::npos;
    }
  } lines;
  b.log.add_listener(lines);
  bool gave_up = false;
  RetryJoin retry(loop, *b.joiner, b.log,
                  {.addresses = {gone}, .interval = std::chrono::milliseconds(1), .attempts_max = 1},
                  {.joined = [] {}, .given_up = [&] { gave_up = true; }});
  retry.start();
  retry.stop();
  while (!lines.failed) {
    loop.run_once();
  }
  CHECK_FALSE(lines.goes_on);
  CHECK_FALSE(gave_up);
  b.log.remove_listener(lines);
}

TEST_CASE("a restarted node tries the members it remembers, without itself, until one answers") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  state::SnapshotContents remembered;
  remembered.alive = {{"a", {.ip = loopback, .port = a.gossip->port()}},
                      {"b", {.ip = loopback, .port = b.gossip->port()}},
                      {"gone", {.ip = loopback, .port = 1}},
                      {"gone/too", {.ip = loopback, .port = 2}}};
  Rejoin rejoin(loop, *b.gossip, *b.joiner, b.log, remembered, b.gossip->node().config());
  rejoin.start();
  while (b.alive() < 2) {
    loop.run_once();
  }
  CHECK(a.alive() == 2);
}

TEST_CASE(
    "a restarted node that finds none of the members it remembers tries them again until one is there") {
  loop::Loop loop;
  Peer b(loop, "b");
  const std::string gone = nobody(loop);
  const auto port = static_cast<std::uint16_t>(std::stoi(gone.substr(gone.find(':') + 1)));
  state::SnapshotContents remembered;
  remembered.alive = {{"a", {.ip = loopback, .port = port}}};
  Rejoin rejoin(loop, *b.gossip, *b.joiner, b.log, remembered, b.gossip->node().config(),
                std::chrono::milliseconds(5));
  LineCount rounds(b.log, "Failed to re-join any");
  rejoin.start();
  while (rounds.seen < 3) {
    loop.run_once();
  }
  Peer a(loop, "a", port);
  while (b.alive() < 2) {
    loop.run_once();
  }
  CHECK(a.alive() == 2);
}

TEST_CASE("a restarted node that only finds itself, under an old name or address, goes on looking") {
  loop::Loop loop;
  Peer b(loop, "b", 0, IpAddress::v4(0, 0, 0, 0));
  const std::uint16_t port = b.gossip->port();
  state::SnapshotContents remembered;
  remembered.alive = {{"b before it was renamed", {.ip = loopback, .port = port}},
                      {"b before it moved", {.ip = IpAddress::v4(127, 84, 0, 3), .port = port}}};
  Rejoin rejoin(loop, *b.gossip, *b.joiner, b.log, remembered, b.gossip->node().config(),
                std::chrono::milliseconds(5));
  const LineCount renamed(b.log, "Attempting re-join to previously known node: b before it was renamed");
  const LineCount moved(b.log, "Attempting re-join to previously known node: b before it moved");
  const LineCount done(b.log, "Re-joined");
  rejoin.start();
  while (moved.seen < 3) {
    loop.run_once();
  }
  CHECK(renamed.seen == 0);
  CHECK(done.seen == 0);
}

TEST_CASE("a seed that was joined once is joined again whenever no member lives at its address") {
  loop::Loop loop;
  Peer b(loop, "b");
  auto a = std::make_unique<Peer>(loop, "a");
  const std::uint16_t port = a->gossip->port();
  const std::string address = "localhost:" + std::to_string(port);  // a name, looked up each time
  REQUIRE(join(b, {address}).contacted > 0);
  LineCount looks(b.log, "looking for");
  SeedWatch watch(loop, *b.joiner, {std::chrono::milliseconds(5), std::chrono::milliseconds(40)});
  watch.watch({address});
  // It leaves, so nobody looks for it, and a stranger comes to live there.
  a->leave();
  a.reset();
  REQUIRE(b.alive() == 1);
  Peer stranger(loop, "stranger", port);
  while (b.gossip->node().members().find("stranger") == hearsay::swim::no_member) {
    loop.run_once();
  }
  CHECK(looks.seen > 0);
}

TEST_CASE("a seed given by its IP address that left is not joined again, whoever lives there now") {
  loop::Loop loop;
  Peer b(loop, "b");
  auto a = std::make_unique<Peer>(loop, "a");
  const std::uint16_t port = a->gossip->port();
  const std::string address = a->address();
  REQUIRE(join(b, {address}).contacted == 1);
  a->leave();
  a.reset();
  while (b.gossip->node().members().count(MemberStatus::left) == 0) {
    loop.run_once();
  }
  Peer stranger(loop, "stranger", port);
  // A seed beside it, where nobody lives, shows that there were looks.
  const std::string gone = nobody(loop);
  const LineCount both(b.log, "looking for 2 seed(s)");
  const LineCount one(b.log, "looking for 1 seed(s)");
  SeedWatch watch(loop, *b.joiner, {std::chrono::milliseconds(1), std::chrono::milliseconds(5)});
  watch.watch({address, gone});
  while (one.seen + both.seen < 3) {
    loop.run_once();
  }
  CHECK(both.seen == 0);
  CHECK(b.gossip->node().members().find("stranger") == hearsay::swim::no_member);
}

TEST_CASE("a seed that is no member's address is joined again and again, but told once") {
  loop::Loop loop;
  Peer a(loop, "a", 0, IpAddress::v4(0, 0, 0, 0));
  Peer b(loop, "b");
  const LineCount looks(b.log, "looking for 1 seed(s)");
  const LineCount told(b.log, "[INFO] agent: looking for");
  const LineCount told_end(b.log, "[INFO] agent: joined");
  SeedWatch watch(loop, *b.joiner, {std::chrono::milliseconds(1), std::chrono::milliseconds(5)});
  watch.watch({"127.84.0.4:" + std::to_string(a.gossip->port())});
  while (looks.seen < 5) {
    loop.run_once();
  }
  CHECK(b.alive() == 2);
  CHECK(told.seen == 2);  // the first met a; the second met nobody new
  CHECK(told_end.seen == 2);
}

TEST_CASE("a seed that is a member is not joined again") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  REQUIRE(join(b, {a.address()}).contacted == 1);
  const LineCount looks(b.log, "looking for");
  SeedWatch watch(loop, *b.joiner, {std::chrono::milliseconds(1), std::chrono::milliseconds(1)});
  watch.watch({a.address()});
  for (int turns = 0; turns < 50; ++turns) {
    loop.run_once();
  }
  CHECK(looks.seen == 0);
}

TEST_CASE("seeds that are not watched any more are not joined, nor are new ones") {
  loop::Loop loop;
  Peer stopped(loop, "stopped");
  Peer control(loop, "control");
  const std::string gone = nobody(loop);
  const LineCount looks(stopped.log, "looking for");
  const LineCount control_looks(control.log, "looking for");
  const SeedWatch::Times times = {std::chrono::milliseconds(1), std::chrono::milliseconds(1)};
  SeedWatch watch(loop, *stopped.joiner, times);
  SeedWatch control_watch(loop, *control.joiner, times);
  watch.watch({gone});
  control_watch.watch({gone});
  watch.stop();
  watch.watch({"127.84.0.5:1"});
  while (control_looks.seen < 5) {
    loop.run_once();
  }
  CHECK(looks.seen == 0);
}
