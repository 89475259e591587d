#include "agent/loop/connection.h"

#include <doctest/doctest.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "agent/loop/listener.h"
#include "agent/loop/timer.h"

using namespace hearsay::agent::loop;
using hearsay::swim::as_bytes;
using hearsay::swim::as_text;
using hearsay::swim::Bytes;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;

namespace {

struct Recorder final : ConnectionHandler {
  Connection connection;
  std::string received;
  std::optional<int> closed;
  int connects = 0;
  int flushes = 0;
  std::function<void()> then = [] {};  // runs inside every callback

  void on_connected() override {
    ++connects;
    then();
  }
  void on_bytes(Bytes bytes) override {
    received += as_text(bytes);
    then();
  }
  void on_flushed() override { ++flushes; }
  void on_closed(int error) override {
    closed = error;
    then();
  }
};

template <class Condition>
void run_until(Loop& loop, Condition&& reached) {
  bool more = true;
  while (!reached()) {
    REQUIRE(more);  // else the condition would never come
    more = loop.run_once();
  }
}

/// A listener on loopback whose only peer is `server`, and a client that dials it.
struct Pair {
  Loop loop;
  Recorder server;
  Recorder client;
  Endpoint peer;
  Listener listener = *Listener::listen(loop, {.ip = IpAddress::v4(127, 0, 0, 1)},
                                        [this](Connection connection, const Endpoint& from) {
                                          peer = from;
                                          server.connection = std::move(connection);
                                          server.connection.start(server);
                                        });

  Pair() { client.connection = *Connection::connect(loop, at(), client); }

  [[nodiscard]] Endpoint at() const { return {.ip = IpAddress::v4(127, 0, 0, 1), .port = listener.port()}; }

  template <class Condition>
  void run_until(Condition&& reached) {
    ::run_until(loop, reached);
  }
};

}  // namespace

TEST_CASE("bytes written before the connection stands arrive once it does, and the end follows them") {
  Pair pair;
  pair.client.connection.write(as_bytes("hello"));
  pair.client.connection.close_after_flush();
  pair.run_until([&] { return pair.server.closed && pair.client.closed; });
  CHECK(pair.server.received == "hello");
  CHECK(*pair.server.closed == 0);
  CHECK(*pair.client.closed == 0);
  CHECK(pair.peer.ip.is_loopback());
}

TEST_CASE("peers wait while a listener is held, and none is lost") {
  Loop loop;
  std::vector<Connection> taken;
  Listener listener = *Listener::listen(
      loop, {.ip = IpAddress::v4(127, 0, 0, 1)},
      [&](Connection connection, const Endpoint&) { taken.push_back(std::move(connection)); });
  listener.hold();
  std::array<Recorder, 3> clients;
  for (Recorder& client : clients) {
    client.connection =
        *Connection::connect(loop, {.ip = IpAddress::v4(127, 0, 0, 1), .port = listener.port()}, client);
  }
  run_until(loop, [&] { return std::ranges::all_of(clients, [](auto& c) { return c.connects == 1; }); });
  loop.run_ready();  // the listener's turn has come too
  CHECK(taken.empty());
  listener.resume();
  run_until(loop, [&] { return taken.size() == clients.size(); });
  CHECK_FALSE(listener.is_held());
}

TEST_CASE("what the kernel does not take is queued, counted, and flushed when the peer reads on") {
  Pair pair;
  pair.run_until([&] { return pair.server.connection.is_open() && pair.client.connects == 1; });
  pair.server.connection.pause_reading();
  const std::string block(1U << 20U, 'x');
  std::size_t sent = 0;
  while (pair.client.connection.queued_bytes() == 0) {
    pair.client.connection.write(as_bytes(block));
    sent += block.size();
  }
  CHECK(pair.client.flushes == 0);
  pair.server.connection.resume_reading();
  pair.run_until([&] { return pair.server.received.size() == sent; });
  CHECK(pair.client.flushes == 1);
  CHECK(pair.client.connection.queued_bytes() == 0);
}

TEST_CASE("small writes that wait share their memory, which is given back, and the end follows the last") {
  Pair pair;
  pair.run_until([&] { return pair.server.connection.is_open() && pair.client.connects == 1; });
  pair.server.connection.pause_reading();
  std::string sent(1U << 20U, 'x');
  pair.client.connection.write(as_bytes(sent));
  while (pair.client.connection.queued_bytes() == 0) {
    pair.client.connection.write(as_bytes(sent.substr(0, 1U << 20U)));
    sent.append(1U << 20U, 'x');
  }
  const std::size_t first = pair.client.connection.held_bytes();
  CHECK(first >= pair.client.connection.queued_bytes());
  std::size_t queued = pair.client.connection.queued_bytes();
  for (int i = 0; i < 10'000; ++i) {
    const std::string small = std::to_string(i) + ",";
    pair.client.connection.write(as_bytes(small));
    sent += small;
    queued += small.size();
  }
  CHECK(pair.client.connection.queued_bytes() == queued);
  CHECK(pair.client.connection.held_bytes() >= queued);
  CHECK(pair.client.connection.held_bytes() < queued + (17U << 10U));
  pair.client.connection.close_after_flush();
  pair.server.connection.resume_reading();
  pair.run_until([&] { return pair.server.closed && pair.client.closed; });
  CHECK(pair.server.received == sent);
  CHECK(*pair.client.closed == 0);
  CHECK(pair.client.flushes == 1);
  CHECK(pair.client.connection.held_bytes() == 0);
}

TEST_CASE("a peer that is not there refuses in the words people know") {
  Loop loop;
  std::uint16_t unused = 0;
  {
    const auto brief = Listener::listen(loop, {.ip = IpAddress::v4(127, 0, 0, 1)}, [](auto&&...) {});
    REQUIRE(brief.has_value());
    unused = brief->port();
  }
  loop.run_ready();
  Recorder client;
  auto connection = Connection::connect(loop, {.ip = IpAddress::v4(127, 0, 0, 1), .port = unused}, client);
  REQUIRE(connection.has_value());
  client.connection = std::move(*connection);
  CHECK_FALSE(client.closed.has_value());
  run_until(loop, [&] { return client.closed.has_value(); });
  CHECK(describe_error(*client.closed) == "connection refused");
  CHECK(client.connects == 0);
}

TEST_CASE("a connection may be destroyed in each of its callbacks") {
  SUBCASE("on_connected") {
    Pair pair;
    pair.client.then = [&] { pair.client.connection = {}; };
    pair.run_until([&] { return pair.server.closed.has_value(); });
    CHECK(pair.client.connects == 1);
    CHECK_FALSE(pair.client.closed.has_value());
  }
  SUBCASE("on_bytes") {
    Pair pair;
    pair.client.connection.write(as_bytes("x"));
    pair.server.then = [&] { pair.server.connection = {}; };
    pair.run_until([&] { return pair.client.closed.has_value(); });
    CHECK(pair.server.received == "x");
    CHECK_FALSE(pair.server.closed.has_value());
  }
  SUBCASE("on_closed") {
    Pair pair;
    pair.client.then = [&] { pair.client.connection = {}; };
    pair.server.then = [&] { pair.server.connection = {}; };
    pair.run_until([&] { return pair.server.closed.has_value(); });
    CHECK_FALSE(pair.server.connection.is_open());
  }
}

TEST_CASE("destroying a connection with bytes queued resets the peer instead of waiting") {
  Pair pair;
  pair.run_until([&] { return pair.server.connection.is_open() && pair.client.connects == 1; });
  pair.server.connection.pause_reading();
  const std::string block(1U << 20U, 'x');
  while (pair.client.connection.queued_bytes() == 0) {
    pair.client.connection.write(as_bytes(block));
  }
  pair.client.connection = {};
  pair.server.connection.resume_reading();
  pair.run_until([&] { return pair.server.closed.has_value(); });
  CHECK_FALSE(pair.client.closed.has_value());
}

TEST_CASE("a second listener on the same address is told that it is in use") {
  Loop loop;
  const auto first = Listener::listen(loop, {.ip = IpAddress::v4(127, 0, 0, 1)}, [](auto&&...) {});
  REQUIRE(first.has_value());
  const auto second =
      Listener::listen(loop, {.ip = IpAddress::v4(127, 0, 0, 1), .port = first->port()}, [](auto&&...) {});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error() == UV_EADDRINUSE);
  CHECK(describe_error(second.error()) == "address already in use");
}

TEST_CASE("a listener on [::] takes IPv4 peers, who compare equal to their IPv4 address") {
  Loop loop;
  std::optional<Endpoint> peer;
  const auto listener = Listener::listen(loop, {}, [&](Connection, const Endpoint& from) { peer = from; });
  REQUIRE(listener.has_value());
  Recorder client;
  auto dialled =
      Connection::connect(loop, {.ip = IpAddress::v4(127, 0, 0, 1), .port = listener->port()}, client);
  REQUIRE(dialled.has_value());
  client.connection = std::move(*dialled);
  run_until(loop, [&] { return peer.has_value(); });
  CHECK(peer->ip == IpAddress::v4(127, 0, 0, 1));
}
