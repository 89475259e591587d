#include "agent/rpc/server.h"

#include <doctest/doctest.h>

#include "agent/loop/connection.h"
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

struct Fixture {
  Loop loop;
  FakeAgent agent;
  SilentLog quiet;
  std::unique_ptr<Server> server =
      *Server::listen(loop, {{.ip = IpAddress::v4(127, 0, 0, 1)}, ""}, agent, quiet.log);
  std::vector<std::unique_ptr<Peer>> peers;

  Peer& connect() {
    auto& peer = *peers.emplace_back(std::make_unique<Peer>());
    peer.connection =
        *Connection::connect(loop, {.ip = IpAddress::v4(127, 0, 0, 1), .port = server->port()}, peer);
    return peer;
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
    f.connect();
  }
  f.run_until([&] { return f.server->client_count() == limits::clients; });
  Peer& late = f.connect();
  f.run_until([&] { return late.closed; });
  CHECK(f.server->counters().clients_refused == 1);
  f.peers.front()->connection = {};
  f.run_until([&] { return f.server->client_count() == limits::clients - 1; });
  Peer& next = f.connect();
  next.greet();
  f.run_until([&] { return next.received == greeted; });
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
      f.loop, {{.ip = IpAddress::v4(127, 0, 0, 1), .port = f.server->port()}, ""}, f.agent, f.quiet.log);
  REQUIRE_FALSE(second.has_value());
  CHECK(hearsay::agent::loop::describe_error(second.error()) == "address already in use");
}
