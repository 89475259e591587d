// What streams may hold: by what they have sent, and all together no more than the budget.

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "scene.h"
#include "swim/wire/lzw.h"
#include "swim/wire/stream.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

/// A user message on a stream, that is announced to be so long.
Buffer announced(std::size_t size) {
  return encoded(wire::UserMessageHeader{.user_msg_len = static_cast<std::int64_t>(size)});
}

Buffer compressed(Bytes message) {
  Buffer packed;
  wire::lzw_compress(message, packed);
  return encoded(wire::Compress{.algo = 0, .buf = packed});
}

/// A push/pull of so many states of members that nobody knows.
Buffer push_pull_of(std::size_t count) {
  Buffer out = encoded(
      wire::PushPullHeader{.nodes = static_cast<std::int64_t>(count), .user_state_len = 0, .join = false});
  const Versions versions;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "n-" + std::to_string(i);
    wire::encode(wire::PushNodeState{.name = name,
                                     .addr = elsewhere.ip.wire(),
                                     .port = 7946,
                                     .meta = {},
                                     .incarnation = 1,
                                     .state = 0,
                                     .vsn = versions.wire()},
                 out);
  }
  return out;
}

/// Accepts a connection and feeds it; the id, or nothing if it was refused.
std::optional<StreamId> open_stream(Cluster& cluster, Bytes bytes, const Endpoint& from = elsewhere) {
  Output out;
  const auto stream = cluster.node(0).stream_accepted(cluster.now(), from, out);
  if (stream) {
    cluster.node(0).stream_received(cluster.now(), *stream, bytes, out);
  }
  return stream;
}

Endpoint stranger(int number) {
  return {IpAddress::v4(10, 66, 0, static_cast<std::uint8_t>(number)), 4000};
}

}  // namespace

TEST_CASE("all streams together hold no more than their budget, and give it back") {
  Cluster cluster(1);
  const std::size_t budget = cluster.node(0).config().limits.streams_bytes;
  const Buffer chunk(mebibyte);
  std::size_t most = 0;
  for (int i = 0; i < 50; ++i) {
    const auto stream = open_stream(cluster, announced(19 * mebibyte), stranger(i));
    REQUIRE(stream);
    for (int sent = 0; sent < 18; ++sent) {
      Output out;
      cluster.node(0).stream_received(cluster.now(), *stream, chunk, out);
      most = std::max<std::size_t>(most, cluster.node(0).gauges().stream_bytes_held);
    }
  }
  CHECK(most <= budget);
  CHECK(most > budget / 2);
  CHECK(cluster.node(0).counters().streams_rejected > 40);
  cluster.run_for(1min);
  CHECK(cluster.node(0).gauges().stream_bytes_held == 0);
  CHECK(cluster.node(0).counters().streams_timed_out > 0);
}

TEST_CASE("states take the room that the budget leaves, and are else refused before they are read") {
  for (const auto& row : {std::pair<std::size_t, bool>{100'000, true}, {230'000, false}}) {
    const auto [count, taken] = row;
    INFO(row.first, " states");
    Cluster cluster(1);
    open_stream(cluster, push_pull_of(count));
    CHECK(cluster.node(0).counters().streams_rejected == (taken ? 0 : 1));
    CHECK((cluster.node(0).members().row_count() > 1000) == taken);
    CHECK(cluster.node(0).gauges().stream_bytes_held == 0);
  }
}

TEST_CASE("a stream that expands out of all proportion is refused") {
  // Zeros pack 2,000 to one; a megabyte of them is nothing, ten are an attack.
  for (const auto& row : {std::pair<std::size_t, bool>{mebibyte / 2, true}, {10 * mebibyte, false}}) {
    const auto [size, taken] = row;
    INFO(row.first, " bytes");
    Cluster cluster(1);
    Buffer message = announced(size);
    message.resize(message.size() + size);
    open_stream(cluster, compressed(message));
    CHECK(cluster.node(0).counters().streams_rejected == (taken ? 0 : 1));
    CHECK(cluster.node(0).counters().messages_rejected == (taken ? 1 : 0));  // too long for Serf
  }
}

TEST_CASE("one address has half of the connections at most") {
  Cluster cluster(1);
  const Limits& limits = cluster.node(0).config().limits;
  std::size_t accepted = 0;
  for (int i = 0; i < 200; ++i) {
    accepted += open_stream(cluster, {}, {elsewhere.ip, static_cast<std::uint16_t>(5000 + i)}) ? 1U : 0U;
  }
  CHECK(accepted == limits.streams_per_address);
  CHECK(limits.streams_per_address * 2 == limits.streams_inbound);
  CHECK(open_stream(cluster, {}, stranger(1)));
  CHECK(cluster.node(0).counters().streams_refused == 200 - accepted);
}

TEST_CASE("a stream that drips ends at its deadline all the same") {
  Cluster cluster(1);
  const auto stream = open_stream(cluster, announced(1000));
  REQUIRE(stream);
  const Duration limit = cluster.node(0).config().timing.tcp_timeout;
  const Buffer drop(1);
  for (Duration passed{}; passed < limit - 1s; passed += 1s) {
    Output out;
    cluster.node(0).stream_received(cluster.now(), *stream, drop, out);
    cluster.run_for(1s);
    REQUIRE(cluster.node(0).gauges().streams_open == 1);
  }
  cluster.run_for(2s);
  CHECK(cluster.node(0).gauges().streams_open == 0);
  CHECK(cluster.node(0).counters().streams_timed_out == 1);
}
