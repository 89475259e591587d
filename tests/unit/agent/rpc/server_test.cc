#include "agent/rpc/server.h"

#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <string>

#include "agent/loop/connection.h"
#include "agent/loop/timer.h"
#include "fake_agent.h"

using namespace hearsay::agent::rpc;
using hearsay::agent::loop::Connection;
using hearsay::agent::loop::ConnectionHandler;
using hearsay::agent::loop::Loop;
using hearsay::swim::as_text;
using hearsay::swim::Buffer;
using hearsay::swim::Bytes;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;
using hearsay::test::FakeAgent;
using hearsay::test::SilentLog;

namespace {

/// A client on the same loop.
struct Peer final : ConnectionHandler {
  Connection connection;
  std::string received;
  bool closed = false;

  void on_bytes(Bytes bytes) override { received += as_text(bytes); }
  void on_closed(int) override { closed = true; }

  template <class Request>
  void ask(std::string_view command, std::uint64_t seq, const Request& request) {
    Buffer out;
    encode(Writer(out), command, seq);
    encode(Writer(out), request);
    connection.write(out);
  }
  void greet() { ask("handshake", 1, HandshakeRequest{1}); }
};

/// The answer to a handshake.
const std::string greeted(
    "\x82\xa5"
    "Error"
    "\xa0\xa3"
    "Seq"
    "\x01");

/// Gives the agent's monitors the lines of a log, as a real agent does.
struct Forwarder final : LogListener {
  FakeAgent& agent;
  hearsay::agent::Log& log;

  Forwarder(FakeAgent& to, hearsay::agent::Log& from) : agent(to), log(from) { log.add_listener(*this); }
  ~Forwarder() { log.remove_listener(*this); }
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;
  void on_log_line(std::string_view line) override { agent.tell_log(line); }
};

/// Memory that is allocated.
std::size_t in_use() {
  const auto now = ::mallinfo2();
  return now.uordblks + now.hblkhd;
}

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    ++found;
  }
  return found;
}

struct Fixture {
  Loop loop;
  FakeAgent agent;
  SilentLog quiet;
  std::unique_ptr<Server> server;
  std::vector<std::unique_ptr<Peer>> peers;

  Fixture() { listen({}); }

  /// On loopback, with these options; instead of the server there was.
  void listen(Server::Options options) {
    options.at = {.ip = IpAddress::v4(127, 0, 0, 1)};
    server = *Server::listen(loop, std::move(options), agent, quiet.log);
  }

  [[nodiscard]] std::size_t greeted_count() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(peers, [](const auto& peer) { return peer->received == greeted; }));
  }

  Peer& connect() {
    auto& peer = *peers.emplace_back(std::make_unique<Peer>());
    peer.connection =
        *Connection::connect(loop, {.ip = IpAddress::v4(127, 0, 0, 1), .port = server->port()}, peer);
    return peer;
  }

  void run_for(hearsay::swim::Duration time) {
    bool over = false;
    hearsay::agent::loop::Timer timer(loop, [&] { over = true; });
    timer.arm_in(time);
    run_until([&] { return over; });
  }

  template <class Condition>
  void run_until(Condition&& reached) {
    for (bool more = true; !reached();) {
      REQUIRE(more);  // else it would never come
      more = loop.run_once();
    }
  }
};

}  // namespace

TEST_CASE("clients are answered, each its own, and let go of when they leave") {
  Fixture f;
  Peer& a = f.connect();
  Peer& b = f.connect();
  a.greet();
  b.ask("handshake", 1, HandshakeRequest{7});
  f.run_until([&] {
    return a.received == greeted && b.received.find("Unsupported IPC version") != std::string::npos;
  });
  CHECK(f.server->client_count() == 2);
  a.connection = {};
  f.run_until([&] { return f.server->client_count() == 1; });
  CHECK(f.server->counters().clients_accepted == 2);
}

TEST_CASE("a client that is hung up on gets its answer first") {
  Fixture f;
  Peer& peer = f.connect();
  peer.ask("members", 3, HandshakeRequest{1});
  f.run_until([&] { return peer.closed; });
  CHECK(peer.received.find("Handshake required") != std::string::npos);
  f.run_until([&] { return f.server->client_count() == 0; });
}

TEST_CASE("beyond the limit of clients the next is refused, and has room once one leaves") {
  Fixture f;
  for (std::size_t i = 0; i < limits::clients; ++i) {
    f.connect().greet();
  }
  f.run_until([&] { return f.greeted_count() == limits::clients; });
  Peer& late = f.connect();
  f.run_until([&] { return late.closed; });
  CHECK(f.server->counters().clients_refused == 1);
  f.peers.front()->connection = {};
  f.run_until([&] { return f.server->client_count() == limits::clients - 1; });
  Peer& next = f.connect();
  next.greet();
  f.run_until([&] { return next.received == greeted; });
}

TEST_CASE("beyond the limit of clients the oldest that never greeted loses its place to the next") {
  Fixture f;
  Peer& first = f.connect();
  first.greet();
  f.run_until([&] { return first.received == greeted; });
  for (std::size_t i = 1; i < limits::clients; ++i) {
    f.connect();
  }
  f.run_until([&] { return f.server->client_count() == limits::clients; });
  Peer& late = f.connect();
  late.greet();
  f.run_until([&] { return late.received == greeted && f.peers[1]->closed; });
  CHECK(f.server->client_count() == limits::clients);
  CHECK(f.server->counters().clients_silent == 1);
  CHECK(f.server->counters().clients_refused == 0);
  CHECK_FALSE(first.closed);
  CHECK_FALSE(f.peers[2]->closed);
}

TEST_CASE("beyond the limit of clients who asked nothing for longest gives way, unless something is coming") {
  Fixture f;
  constexpr auto idle = std::chrono::milliseconds(50);
  f.listen({.idle = idle});
  f.agent.answers_at_once = false;
  for (std::size_t i = 0; i < limits::clients; ++i) {
    f.connect().greet();
  }
  f.run_until([&] { return f.greeted_count() == limits::clients; });
  Peer& follows = *f.peers[0];
  Peer& waits = *f.peers[1];
  Peer& asks = *f.peers[2];
  follows.ask("stream", 2, StreamRequest{"*"});
  waits.ask("force-leave", 2, ForceLeaveRequest{"n", false});
  f.run_for(idle);
  asks.received.clear();
  asks.greet();
  f.run_until([&] { return !asks.received.empty() && f.agent.listeners == 1 && !f.agent.pending.empty(); });
  Peer& late = f.connect();
  late.greet();
  f.run_until([&] { return late.received == greeted && f.peers[3]->closed; });
  CHECK(f.server->client_count() == limits::clients);
  CHECK(f.server->counters().clients_idle == 1);
  CHECK(f.server->counters().clients_refused == 0);
  CHECK_FALSE(follows.closed);
  CHECK_FALSE(waits.closed);
  CHECK_FALSE(asks.closed);
}

TEST_CASE("a client that never finishes a request is idle, however it drips") {
  Fixture f;
  constexpr auto idle = std::chrono::milliseconds(50);
  f.listen({.idle = idle});
  for (std::size_t i = 0; i < limits::clients; ++i) {
    f.connect().greet();
  }
  f.run_until([&] { return f.greeted_count() == limits::clients; });
  f.run_for(idle);
  for (std::size_t i = 1; i < limits::clients; ++i) {
    f.peers[i]->received.clear();
    f.peers[i]->greet();
  }
  f.peers[0]->connection.write(hearsay::swim::as_bytes("\x82\xa7"));
  f.run_until(
      [&] { return std::ranges::none_of(f.peers, [](const auto& peer) { return peer->received.empty(); }); });
  Peer& late = f.connect();
  f.run_until([&] { return f.peers[0]->closed; });
  CHECK(f.server->counters().clients_idle == 1);
  CHECK_FALSE(late.closed);
}

TEST_CASE("what clients never finish is bounded over all of them: who holds most is dropped, nobody else") {
  Fixture f;
  Peer& modest = f.connect();
  modest.greet();
  // A text of 2^20 - 100 bytes, without its end.
  const Buffer begun = [] {
    Buffer out;
    hearsay::swim::append(out, hearsay::swim::as_bytes("\x82\xa7"
                                                       "Command\xdb" +
                                                       std::string("\0\x0f\xff\x9c", 4)));
    out.resize(limits::request_bytes - 200);
    return out;
  }();
  constexpr std::size_t enough = limits::held_by_all / limits::request_bytes + 8;
  for (std::size_t i = 0; i < enough; ++i) {
    Peer& greedy = f.connect();
    greedy.greet();
    greedy.connection.write(begun);
  }
  const auto closed = [&] {
    return static_cast<std::size_t>(
        std::ranges::count_if(f.peers, [](const auto& peer) { return peer->closed; }));
  };
  f.run_until([&] { return closed() >= 8; });
  CHECK(f.server->counters().clients_greedy >= 8);
  CHECK(f.server->client_count() > limits::held_by_all / limits::request_bytes / 2);
  CHECK_FALSE(modest.closed);
}

TEST_CASE("what clients never take is bounded over all of them") {
  Fixture f;
  constexpr std::size_t readers = 16;
  for (std::size_t i = 0; i < readers; ++i) {
    Peer& peer = f.connect();
    peer.greet();
    peer.ask("stream", 2, StreamRequest{"user"});
  }
  f.run_until([&] { return f.agent.listeners == static_cast<int>(readers); });
  f.run_until([&] {
    return std::ranges::all_of(f.peers,
                               [](const auto& peer) { return peer->received.size() > greeted.size(); });
  });
  for (const auto& peer : f.peers) {
    peer->connection.pause_reading();
  }
  // What the kernel takes is not ours: sixteen that hold less than their own limit, 7 MiB, hold 112.
  const hearsay::swim::UserEventReceived event{1, "e", Buffer(64U << 10U), false};
  for (std::size_t i = 0; i < 112; ++i) {
    f.agent.tell(event);
  }
  CHECK(f.server->counters().clients_dropped == 0);
  CHECK(f.server->counters().clients_greedy > 0);
  const std::size_t left = readers - f.server->counters().clients_greedy;
  CHECK(left >= limits::held_by_all / limits::output_before_drop);
  f.run_until([&] { return f.server->client_count() == left; });
}

TEST_CASE("what clients never take is bounded over all of them, however small its records are") {
  Fixture f;
  constexpr std::size_t readers = 24;
  for (std::size_t i = 0; i < readers; ++i) {
    Peer& peer = f.connect();
    peer.greet();
    for (std::uint64_t seq = 2; seq < 2 + limits::streams_per_client; ++seq) {
      peer.ask("stream", seq, StreamRequest{"user"});
    }
  }
  f.run_until([&] { return f.agent.listeners == static_cast<int>(readers * limits::streams_per_client); });
  f.run_until([&] {
    return std::ranges::all_of(f.peers, [](const auto& peer) {
      return peer->received.size() > greeted.size() * limits::streams_per_client;
    });
  });
  for (const auto& peer : f.peers) {
    peer->connection.pause_reading();
  }
  const std::size_t before = in_use();
  const hearsay::swim::UserEventReceived event{1, "a", {}, false};
  std::size_t most = 0;
  for (std::size_t i = 0; i < 1400; ++i) {
    f.agent.tell(event);
    most = std::max(most, in_use() - std::min(before, in_use()));
  }
  CHECK(f.agent.listeners > 0);
  CHECK(most < limits::held_by_all + (2U << 20U));
}

TEST_CASE("who follows the log and events gets each record once while others are dropped") {
  Fixture f;
  const Forwarder forwarder(f.agent, f.quiet.log);
  for (std::size_t i = 0; i < 12; ++i) {
    Peer& greedy = f.connect();
    greedy.greet();
    greedy.ask("stream", 2, StreamRequest{"user:a"});
  }
  Peer& follower = f.connect();
  follower.greet();
  follower.ask("monitor", 2, MonitorRequest{"WARN"});
  follower.ask("stream", 3, StreamRequest{"user:b"});
  f.run_until([&] { return f.agent.listeners == 14; });
  f.loop.run_ready();
  for (const auto& peer : f.peers) {
    peer->connection.pause_reading();
  }
  // The others fill what all may hold, until one is dropped, and then most of its place: so each holds more
  // than the follower, whose own events go over the limit. Another is dropped while the follower is sent to.
  for (std::size_t i = 0; i < limits::records_waiting && f.server->counters().clients_greedy == 0; ++i) {
    f.agent.tell(hearsay::swim::UserEventReceived{1, "a", Buffer(64U << 10U), false});
  }
  for (int i = 0; i < 2; ++i) {
    f.agent.tell(hearsay::swim::UserEventReceived{1, "a", Buffer(64U << 10U), false});
  }
  const std::uint64_t dropped = f.server->counters().clients_greedy;
  std::size_t told = 0;
  while (told < 120 && f.server->counters().clients_greedy == dropped) {
    const std::string mark = "<" + std::to_string(told++) + ">";
    Buffer payload(64U << 10U);
    std::ranges::copy(hearsay::swim::as_bytes(mark), payload.begin());
    f.agent.tell(hearsay::swim::UserEventReceived{1, "b", payload, false});
  }
  CHECK(f.server->counters().clients_greedy > dropped);
  follower.connection.resume_reading();
  f.run_until([&] {
    return follower.closed ||
           (follower.received.find("<" + std::to_string(told - 1) + ">") != std::string::npos &&
            count(follower.received, "dropping the one") == f.server->counters().clients_greedy);
  });
  CHECK_FALSE(follower.closed);
  for (std::size_t i = 0; i < told; ++i) {
    CHECK(count(follower.received, "<" + std::to_string(i) + ">") == 1);
  }
}

TEST_CASE("what a client has taken since is not counted with what all of them hold") {
  Fixture f;
  constexpr std::size_t records = 112;
  constexpr std::size_t record_bytes = 64U << 10U;
  const std::array<std::string, 16> names = {"a", "b", "c", "d", "e", "f", "g", "h",
                                             "i", "j", "k", "l", "m", "n", "o", "p"};
  for (const std::string& name : names) {
    Peer& peer = f.connect();
    peer.greet();
    peer.ask("stream", 2, StreamRequest{"user:" + name});
    f.run_until([&] { return peer.received.size() > greeted.size(); });
  }
  // One after another holds 7 MiB and reads it: never more than one at a time, 112 if it were added up.
  for (std::size_t i = 0; i < names.size(); ++i) {
    Peer& peer = *f.peers[i];
    peer.connection.pause_reading();
    const hearsay::swim::UserEventReceived event{1, names[i], Buffer(record_bytes), false};
    for (std::size_t told = 0; told < records; ++told) {
      f.agent.tell(event);
    }
    peer.connection.resume_reading();
    f.run_until([&] { return peer.closed || peer.received.size() > records * record_bytes; });
    CHECK_FALSE(peer.closed);
  }
  CHECK(f.server->counters().clients_greedy == 0);
  CHECK(f.server->client_count() == names.size());
}

TEST_CASE("a client that does not greet in time is hung up on, one that has may stay silent") {
  Fixture f;
  f.listen({.greeting = std::chrono::milliseconds(50)});
  const auto started = Loop::now();
  Peer& greeter = f.connect();
  greeter.greet();
  f.run_until([&] { return greeter.received == greeted; });
  Peer& silent = f.connect();
  f.run_until([&] { return silent.closed; });
  CHECK(Loop::now() - started >= std::chrono::milliseconds(50));
  CHECK(f.server->counters().clients_silent == 1);
  CHECK(f.server->client_count() == 1);
  CHECK_FALSE(greeter.closed);
}

TEST_CASE("where a token is asked for, a greeting without it is not enough") {
  Fixture f;
  f.listen({.auth_key = "token", .greeting = std::chrono::milliseconds(50)});
  Peer& knows = f.connect();
  knows.greet();
  knows.ask("auth", 2, AuthRequest{"token"});
  Peer& guesses = f.connect();
  guesses.greet();
  guesses.ask("auth", 2, AuthRequest{"wrong"});
  f.run_until([&] { return guesses.closed; });
  CHECK(f.server->counters().clients_silent == 1);
  CHECK_FALSE(knows.closed);
}

TEST_CASE("a client that follows but never reads is dropped before it costs more than its limit") {
  Fixture f;
  Peer& peer = f.connect();
  peer.greet();
  for (std::uint64_t seq = 2; seq < 2 + limits::streams_per_client; ++seq) {
    peer.ask("stream", seq, StreamRequest{"user"});
  }
  f.run_until([&] { return f.agent.listeners == static_cast<int>(limits::streams_per_client); });
  f.run_until([&] { return peer.received.size() > greeted.size() * limits::streams_per_client; });
  peer.connection.pause_reading();
  const hearsay::swim::UserEventReceived event{1, "e", Buffer(9000), false};
  for (std::size_t i = 0; i < limits::records_waiting && f.server->counters().clients_dropped == 0; ++i) {
    f.agent.tell(event);
  }
  CHECK(f.server->counters().clients_dropped == 1);
  f.run_until([&] { return f.server->client_count() == 0; });
  CHECK(f.agent.listeners == 0);
}

TEST_CASE("a client that is dropped while it follows the log is counted once") {
  Fixture f;
  Peer& peer = f.connect();
  peer.greet();
  peer.ask("monitor", 2, MonitorRequest{"DEBUG"});
  peer.ask("stream", 3, StreamRequest{"user"});
  f.run_until([&] { return f.agent.listeners == 2; });
  const Forwarder forwarder(f.agent, f.quiet.log);
  peer.connection.pause_reading();
  const hearsay::swim::UserEventReceived event{1, "e", Buffer(64U << 10U), false};
  for (std::size_t i = 0; i < limits::records_waiting && f.server->counters().clients_dropped == 0; ++i) {
    f.agent.tell(event);
  }
  CHECK(f.server->counters().clients_dropped == 1);
  f.run_until([&] { return f.server->client_count() == 0; });
}

TEST_CASE("a client that leaves while its command runs does no harm when it ends") {
  Fixture f;
  f.agent.answers_at_once = false;
  Peer& peer = f.connect();
  peer.greet();
  peer.ask("force-leave", 2, ForceLeaveRequest{"n", false});
  f.run_until([&] { return !f.agent.pending.empty(); });
  peer.connection = {};
  f.agent.pending.front()();
  f.run_until([&] { return f.server->client_count() == 0; });
}

TEST_CASE("winding down waits for clients that hang up, and refuses new ones") {
  Fixture f;
  Peer& peer = f.connect();
  peer.greet();
  f.run_until([&] { return peer.received == greeted; });
  bool done = false;
  f.server->wind_down([&] { done = true; });
  Peer& late = f.connect();
  f.run_until([&] { return late.closed; });
  CHECK_FALSE(done);
  peer.connection = {};
  f.run_until([&] { return done; });
  CHECK(f.server->client_count() == 0);
}

TEST_CASE("winding down waits for nobody who stays, and is done at once when alone") {
  Fixture f;
  bool alone = false;
  f.server->wind_down([&] { alone = true; });
  f.run_until([&] { return alone; });

  Fixture g;
  Peer& peer = g.connect();
  peer.greet();
  g.run_until([&] { return peer.received == greeted; });
  const auto start = Loop::now();
  std::optional<hearsay::swim::Duration> took;
  g.server->wind_down([&] { took = Loop::now() - start; });
  g.run_until([&] { return took.has_value(); });
  CHECK(*took >= limits::wind_down);
  CHECK_FALSE(peer.closed);
}

TEST_CASE("a server that is closed hangs up on everybody") {
  Fixture f;
  Peer& peer = f.connect();
  peer.greet();
  peer.ask("stream", 2, StreamRequest{"*"});
  f.run_until([&] { return f.agent.listeners == 1; });
  f.server.reset();
  CHECK(f.agent.listeners == 0);
  f.run_until([&] { return peer.closed; });
}

TEST_CASE("an address in use is an error, not a crash") {
  Fixture f;
  const auto second = Server::listen(
      f.loop, {.at = {.ip = IpAddress::v4(127, 0, 0, 1), .port = f.server->port()}}, f.agent, f.quiet.log);
  REQUIRE_FALSE(second.has_value());
  CHECK(hearsay::agent::loop::describe_error(second.error()) == "address already in use");
}
