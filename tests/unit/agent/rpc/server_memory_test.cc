// What clients have an agent hold: each, and all together.
#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <string>

#include "server_fixture.h"

using namespace hearsay::agent::rpc;
using hearsay::swim::Buffer;
using Fixture = hearsay::test::ServerFixture;
using hearsay::test::FakeAgent;
using hearsay::test::greeted;
using hearsay::test::RpcPeer;

namespace {

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

}  // namespace

TEST_CASE("what clients never finish is bounded over all of them: who holds most is dropped, nobody else") {
  Fixture f;
  RpcPeer& modest = f.connect_and_greet();
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
    RpcPeer& greedy = f.connect_and_greet();
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
    RpcPeer& peer = f.connect_and_greet();
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
    RpcPeer& peer = f.connect_and_greet();
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
    RpcPeer& greedy = f.connect_and_greet();
    greedy.ask("stream", 2, StreamRequest{"user:a"});
  }
  RpcPeer& follower = f.connect_and_greet();
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
    RpcPeer& peer = f.connect_and_greet();
    peer.ask("stream", 2, StreamRequest{"user:" + name});
    f.run_until([&] { return peer.received.size() > greeted.size(); });
  }
  // One after another holds 7 MiB and reads it: never more than one at a time, 112 if it were added up.
  for (std::size_t i = 0; i < names.size(); ++i) {
    RpcPeer& peer = *f.peers[i];
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

TEST_CASE("a client that follows but never reads is dropped before it costs more than its limit") {
  Fixture f;
  RpcPeer& peer = f.connect_and_greet();
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
  RpcPeer& peer = f.connect_and_greet();
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
