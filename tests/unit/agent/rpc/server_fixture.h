// A server of the RPC over a fake agent, and clients on the same loop.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "agent/loop/connection.h"
#include "agent/loop/timer.h"
#include "agent/rpc/server.h"
#include "fake_agent.h"

namespace hearsay::test {

/// A client on the same loop.
struct RpcPeer final : agent::loop::ConnectionHandler {
  agent::loop::Connection connection;
  std::string received;
  bool closed = false;

  void on_bytes(swim::Bytes bytes) override { received += swim::as_text(bytes); }
  void on_closed(int) override { closed = true; }

  template <class Request>
  void ask(std::string_view command, std::uint64_t seq, const Request& request) {
    swim::Buffer out;
    encode(agent::rpc::Writer(out), command, seq);
    encode(agent::rpc::Writer(out), request);
    connection.write(out);
  }
  void greet() { ask("handshake", 1, agent::rpc::HandshakeRequest{1}); }
};

/// The answer to a handshake.
inline const std::string greeted(
    "\x82\xa5"
    "Error"
    "\xa0\xa3"
    "Seq"
    "\x01");

struct ServerFixture {
  agent::loop::Loop loop;
  FakeAgent agent;
  SilentLog quiet;
  std::unique_ptr<agent::rpc::Server> server;
  std::vector<std::unique_ptr<RpcPeer>> peers;

  ServerFixture() { listen({}); }

  /// On loopback, with these options; instead of the server there was.
  void listen(agent::rpc::Server::Options options) {
    options.at = {.ip = swim::IpAddress::v4(127, 0, 0, 1)};
    server = *agent::rpc::Server::listen(loop, std::move(options), agent, quiet.log);
  }

  [[nodiscard]] std::size_t greeted_count() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(peers, [](const auto& peer) { return peer->received == greeted; }));
  }

  RpcPeer& connect() {
    auto& peer = *peers.emplace_back(std::make_unique<RpcPeer>());
    peer.connection = *agent::loop::Connection::connect(
        loop, {.ip = swim::IpAddress::v4(127, 0, 0, 1), .port = server->port()}, peer);
    return peer;
  }

  RpcPeer& connect_and_greet() {
    RpcPeer& peer = connect();
    peer.greet();
    return peer;
  }

  void run_for(swim::Duration time) {
    bool over = false;
    agent::loop::Timer timer(loop, [&] { over = true; });
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

}  // namespace hearsay::test
