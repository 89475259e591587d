#include "agent/rpc/server.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "server_fixture.h"

using namespace hearsay::agent::rpc;
using hearsay::swim::Buffer;
using Fixture = hearsay::test::ServerFixture;
using hearsay::agent::loop::Loop;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;
using hearsay::test::FakeAgent;
using hearsay::test::greeted;
using hearsay::test::RpcPeer;
using hearsay::test::SilentLog;

TEST_CASE("clients are answered, each its own, and let go of when they leave") {
  Fixture f;
  RpcPeer& a = f.connect();
  RpcPeer& b = f.connect();
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
  RpcPeer& peer = f.connect();
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
  RpcPeer& late = f.connect();
  f.run_until([&] { return late.closed; });
  CHECK(f.server->counters().clients_refused == 1);
  f.peers.front()->connection = {};
  f.run_until([&] { return f.server->client_count() == limits::clients - 1; });
  RpcPeer& next = f.connect_and_greet();
  f.run_until([&] { return next.received == greeted; });
}

TEST_CASE("beyond the limit of clients the oldest that never greeted loses its place to the next") {
  Fixture f;
  RpcPeer& first = f.connect_and_greet();
  f.run_until([&] { return first.received == greeted; });
  for (std::size_t i = 1; i < limits::clients; ++i) {
    f.connect();
  }
  f.run_until([&] { return f.server->client_count() == limits::clients; });
  RpcPeer& late = f.connect_and_greet();
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
  RpcPeer& follows = *f.peers[0];
  RpcPeer& waits = *f.peers[1];
  RpcPeer& asks = *f.peers[2];
  follows.ask("stream", 2, StreamRequest{"*"});
  waits.ask("force-leave", 2, ForceLeaveRequest{"n", false});
  f.run_for(idle);
  asks.received.clear();
  asks.greet();
  f.run_until([&] { return !asks.received.empty() && f.agent.listeners == 1 && !f.agent.pending.empty(); });
  RpcPeer& late = f.connect_and_greet();
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
  RpcPeer& late = f.connect();
  f.run_until([&] { return f.peers[0]->closed; });
  CHECK(f.server->counters().clients_idle == 1);
  CHECK_FALSE(late.closed);
}

TEST_CASE("a client that does not greet in time is hung up on, one that has may stay silent") {
  Fixture f;
  f.listen({.greeting = std::chrono::milliseconds(50)});
  const auto started = Loop::now();
  RpcPeer& greeter = f.connect_and_greet();
  f.run_until([&] { return greeter.received == greeted; });
  RpcPeer& silent = f.connect();
  f.run_until([&] { return silent.closed; });
  CHECK(Loop::now() - started >= std::chrono::milliseconds(50));
  CHECK(f.server->counters().clients_silent == 1);
  CHECK(f.server->client_count() == 1);
  CHECK_FALSE(greeter.closed);
}

TEST_CASE("where a token is asked for, a greeting without it is not enough") {
  Fixture f;
  f.listen({.auth_key = "token", .greeting = std::chrono::milliseconds(50)});
  RpcPeer& knows = f.connect_and_greet();
  knows.ask("auth", 2, AuthRequest{"token"});
  RpcPeer& guesses = f.connect_and_greet();
  guesses.ask("auth", 2, AuthRequest{"wrong"});
  f.run_until([&] { return guesses.closed; });
  CHECK(f.server->counters().clients_silent == 1);
  CHECK_FALSE(knows.closed);
}

TEST_CASE("a client that leaves while its command runs does no harm when it ends") {
  Fixture f;
  f.agent.answers_at_once = false;
  RpcPeer& peer = f.connect_and_greet();
  peer.ask("force-leave", 2, ForceLeaveRequest{"n", false});
  f.run_until([&] { return !f.agent.pending.empty(); });
  peer.connection = {};
  f.agent.pending.front()();
  f.run_until([&] { return f.server->client_count() == 0; });
}

TEST_CASE("winding down waits for clients that hang up, and refuses new ones") {
  Fixture f;
  RpcPeer& peer = f.connect_and_greet();
  f.run_until([&] { return peer.received == greeted; });
  bool done = false;
  f.server->wind_down([&] { done = true; });
  RpcPeer& late = f.connect();
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
  RpcPeer& peer = g.connect();
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
  RpcPeer& peer = f.connect_and_greet();
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
