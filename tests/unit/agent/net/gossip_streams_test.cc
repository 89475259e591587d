#include "agent/net/gossip_streams.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "agent/loop/listener.h"
#include "agent/net/address.h"

using namespace hearsay::agent;
using hearsay::swim::as_bytes;
using hearsay::swim::as_text;
using hearsay::swim::Buffer;
using hearsay::swim::Bytes;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;
using hearsay::swim::StreamAction;
using hearsay::swim::StreamClose;
using hearsay::swim::StreamEnd;
using hearsay::swim::StreamId;
using hearsay::swim::StreamOpen;
using hearsay::swim::StreamWrite;
using net::GossipStreams;

namespace {

constexpr IpAddress loopback = IpAddress::v4(127, 0, 0, 1);

/// One side: what it hears is written down as text.
struct Side final : net::StreamListener {
  loop::Loop& loop;
  GossipStreams streams{loop, *this};
  std::vector<std::string> heard;

  explicit Side(loop::Loop& on) : loop(on) {}

  void on_stream_connected(StreamId id) override { heard.push_back(std::to_string(id) + " connected"); }
  void on_stream_bytes(StreamId id, Bytes bytes) override {
    heard.push_back(std::to_string(id) + " got " + std::string(as_text(bytes)));
  }
  void on_stream_closed(StreamId id, StreamEnd end, std::string_view reason) override {
    heard.push_back(std::to_string(id) + (end == StreamEnd::refused ? " refused: " : " closed: ") +
                    std::string(reason));
  }

  void open(StreamId id, const Endpoint& to) { act(StreamOpen{.stream = id, .to = to}); }
  void write(StreamId id, std::string_view text) {
    const Bytes bytes = as_bytes(text);
    act(StreamWrite{.stream = id, .bytes = Buffer(bytes.begin(), bytes.end())});
  }
  void close(StreamId id) { act(StreamClose{.stream = id}); }
  void act(StreamAction action) { streams.apply(action); }

  void run_until_heard(std::size_t count) {
    while (heard.size() < count) {
      loop.run_once();
    }
  }
};

struct Fixture {
  loop::Loop loop;
  Side near{loop};
  Side far{loop};
  loop::Listener listener = *loop::Listener::listen(
      loop, {.ip = loopback},
      [this](loop::Connection connection, const Endpoint&) { far.streams.adopt(7, std::move(connection)); });

  [[nodiscard]] Endpoint at() const { return {.ip = loopback, .port = listener.port()}; }
};

using Heard = std::vector<std::string>;

}  // namespace

TEST_CASE("an exchange runs both ways and each side hears its own ids") {
  Fixture f;
  f.near.open(1, f.at());
  f.near.write(1, "hello");
  f.far.run_until_heard(1);
  CHECK(f.far.heard == Heard{"7 got hello"});
  f.far.write(7, "goodbye");
  f.far.close(7);
  f.near.run_until_heard(3);
  CHECK(f.near.heard == Heard{"1 connected", "1 got goodbye", "1 closed: EOF"});
  CHECK(f.near.streams.open_count() == 0);
  CHECK(f.far.streams.open_count() == 0);
}

TEST_CASE("a closed exchange is silent, whatever its peer still says") {
  Fixture f;
  f.near.open(1, f.at());
  f.near.run_until_heard(1);
  f.far.run_until_heard(0);
  f.near.write(1, "one");
  f.near.close(1);
  f.far.run_until_heard(2);
  CHECK(f.far.heard == Heard{"7 got one", "7 closed: EOF"});
  CHECK(f.near.heard == Heard{"1 connected"});
}

TEST_CASE("a refused dial is told as such, later and not from inside the call") {
  Fixture f;
  Endpoint nobody;
  {
    const auto brief = loop::Listener::listen(f.loop, {.ip = loopback}, [](auto&&...) {});
    nobody = {.ip = loopback, .port = brief->port()};
  }
  f.loop.run_ready();
  f.near.open(1, nobody);
  CHECK(f.near.heard.empty());
  f.near.run_until_heard(1);
  CHECK(f.near.heard ==
        Heard{"1 refused: dial tcp " + net::format_endpoint(nobody) + ": connect: connection refused"});
}

TEST_CASE("a dial that fails on the spot is told later too, unless the exchange is closed first") {
  Fixture f;
  const Endpoint unroutable{.ip = IpAddress::v4(255, 255, 255, 255), .port = 1};
  f.near.open(1, unroutable);
  f.near.open(2, unroutable);
  CHECK(f.near.heard.empty());
  f.near.close(1);
  f.near.run_until_heard(1);
  f.loop.run_ready();
  REQUIRE(f.near.heard.size() == 1);
  CHECK(f.near.heard[0].starts_with("2 closed: dial tcp 255.255.255.255:1: connect: "));
}

TEST_CASE("a dial that the core gives up leaves nothing behind") {
  Fixture f;
  f.near.open(1, f.at());
  f.near.close(1);
  CHECK(f.near.streams.open_count() == 0);
  f.loop.run_ready();
  CHECK(f.near.heard.empty());
}

TEST_CASE(
    "of exchanges that say goodbye to slow peers only so many wait, and the oldest is cut and counted") {
  constexpr StreamId most = 128;
  loop::Loop loop;
  Side near(loop);
  Side far(loop);
  StreamId last = 0;
  const auto listener =
      *loop::Listener::listen(loop, {.ip = loopback}, [&](loop::Connection connection, const Endpoint&) {
        far.streams.adopt(++last, std::move(connection));
      });
  for (StreamId id = 1; id <= most + 1; ++id) {
    near.open(id, {.ip = loopback, .port = listener.port()});
    near.run_until_heard(id);
  }
  for (StreamId id = 1; id <= most; ++id) {
    near.close(id);
  }
  CHECK(near.streams.aborted() == 0);
  near.close(most + 1);
  CHECK(near.streams.aborted() == 1);
}
