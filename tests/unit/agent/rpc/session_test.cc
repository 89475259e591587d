#include "agent/rpc/session.h"

#include <doctest/doctest.h>

#include <fstream>

#include "session_fixture.h"

using namespace hearsay::agent::rpc;
using Fixture = hearsay::test::SessionFixture;
using hearsay::test::from_hex;
using hearsay::test::to_hex;

namespace {

struct Line {
  bool from_client;
  std::string bytes;
};

std::vector<Line> recorded_session() {
  std::ifstream file(HEARSAY_VECTORS "/rpc/session.txt");
  REQUIRE(file.good());
  std::vector<Line> out;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("> ") || line.starts_with("< ")) {
      out.push_back({line[0] == '>', from_hex(line.substr(2))});
    }
  }
  return out;
}

/// What the recorded agent refused.
std::string error_for(const std::string& request) {
  if (request.find("127.77.5.99:1") != std::string::npos) {
    return "1 error occurred:\n\t* Failed to join 127.77.5.99: dial tcp 127.77.5.99:1: connect: connection "
           "refused\n\n";
  }
  if (request.find(std::string(500, 'x')) != std::string::npos) {
    return "user event exceeds configured limit of 512 bytes before encoding";
  }
  if (request.find(std::string(500, 'b')) != std::string::npos) {
    return "Encoded length of tags exceeds limit of 512 bytes";
  }
  return {};
}

}  // namespace

TEST_CASE("a recorded session is answered byte for byte as Serf answered it") {
  Fixture f;
  f.host.auth_key = "tok";
  std::size_t requests = 0;
  for (const Line& line : recorded_session()) {
    if (line.from_client) {
      ++requests;
      f.agent.error = error_for(line.bytes);
      f.wire.sent.clear();
      f.send(line.bytes);
    } else {
      CHECK_MESSAGE(to_hex(f.wire.sent) == to_hex(line.bytes), "request " << requests);
    }
  }
  CHECK(requests == 19);
  CHECK(f.agent.calls == std::vector<std::string>{"event alone ev pay", "event ev strpay",
                                                  "event alone " + std::string(513, 'x') + " ",
                                                  "join 127.77.5.99:1", "join 127.77.5.1",
                                                  "force-leave nosuch", "prune nosuch", "tags a=b -role",
                                                  "tags a=" + std::string(600, 'b')});
}

TEST_CASE("requests may come in pieces of any size, or all at once") {
  std::string all;
  for (const Line& line : recorded_session()) {
    all += line.from_client ? line.bytes : "";
  }
  const auto run = [&](std::size_t step) {
    Fixture f;
    f.host.auth_key = "tok";
    for (std::size_t at = 0; at < all.size(); at += step) {
      f.send(std::string_view(all).substr(at, step));
    }
    CHECK_FALSE(f.wire.finished);
    return f.wire.sent;
  };
  const std::string at_once = run(all.size());
  CHECK_FALSE(at_once.empty());
  for (const std::size_t step : {1U, 2U, 3U, 7U, 64U, 1000U}) {
    CHECK(to_hex(run(step)) == to_hex(at_once));
  }
}

TEST_CASE("a session that is cut, or has a bit changed, does no harm") {
  std::string all;
  for (const Line& line : recorded_session()) {
    all += line.from_client ? line.bytes : "";
  }
  for (std::size_t bit = 0; bit < all.size() * 8; bit += 3) {
    std::string changed = all;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    Fixture f;
    f.send(changed);
    f.send(all);
    CHECK((f.wire.finished || f.counters.requests > 0));
  }
  for (std::size_t size = 0; size < all.size(); ++size) {
    Fixture f;
    f.send(std::string_view(all).substr(0, size));
    f.answers();  // whole objects only
  }
}

TEST_CASE("nothing is answered before the handshake, and the connection ends") {
  Fixture f;
  f.send(Fixture::request("members", 5));
  CHECK(f.errors() == "5: Handshake required\n");
  CHECK(f.wire.finished);
}

TEST_CASE("a wrong version or a second handshake is refused, and the connection goes on") {
  Fixture f;
  f.send(Fixture::request("handshake", 1, HandshakeRequest{2}));
  f.send(Fixture::request("handshake", 2, HandshakeRequest{0}));
  f.send(Fixture::request("handshake", 3, HandshakeRequest{1}));
  f.send(Fixture::request("handshake", 4, HandshakeRequest{1}));
  f.send(Fixture::request("handshake", 5, HandshakeRequest{2}));
  CHECK(f.errors() ==
        "1: Unsupported IPC version\n2: Unsupported IPC version\n3: \n4: Handshake already performed\n"
        "5: Unsupported IPC version\n");
  CHECK_FALSE(f.wire.finished);
}

TEST_CASE("without the token every command is refused, and an unread body is taken for a header") {
  Fixture f;
  f.host.auth_key = "tok";
  f.greet();
  f.send(Fixture::request("event", 2, EventRequest{"ev", {}, false}));
  CHECK(f.errors() == "2: Authentication required\n2: Authentication required\n");
  CHECK_FALSE(f.wire.finished);
  CHECK(f.agent.calls.empty());
  CHECK(f.counters.auth_failures == 2);
  for (const auto* key : {"", "to", "toc", "tok "}) {
    f.send(Fixture::request("auth", 3, AuthRequest{key}));
    CHECK(f.errors() == "3: Invalid authentication token\n");
  }
  f.send(Fixture::request("auth", 4, AuthRequest{"tok"}) + Fixture::request("stats", 5));
  CHECK(f.errors() == "4: \n5: \n");
}

TEST_CASE("an agent without a token accepts only the empty one") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("auth", 2, AuthRequest{"x"}) + Fixture::request("auth", 3, AuthRequest{""}));
  CHECK(f.errors() == "2: Invalid authentication token\n3: \n");
}

TEST_CASE("an unknown command is named so, and the connection ends") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("frobnicate", 2) + Fixture::request("stats", 3));
  CHECK(f.errors() == "2: Unsupported command\n");
  CHECK(f.wire.finished);
  CHECK(f.counters.commands_unsupported == 1);
}

TEST_CASE("bytes that are no request end the connection without an answer") {
  for (const auto* bytes : {"\xc1", "\x05", "\xa1x", "\x81\x01\x02"}) {
    Fixture f;
    f.greet();
    f.send(bytes);
    CHECK(f.wire.sent.empty());
    CHECK(f.wire.finished);
    CHECK(f.counters.requests_rejected == 1);
  }
}

TEST_CASE("a body of the wrong kind ends the connection without an answer") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("join", 2) + from_hex("81 a84578697374696e67 05"));
  CHECK(f.wire.sent.empty());
  CHECK(f.wire.finished);
  CHECK(f.agent.calls.empty());
}

TEST_CASE("a request over the limit is refused as soon as its length is known") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("event", 2) + from_hex("83 a75061796c6f6164 c6 00100000"));
  CHECK(f.wire.finished);
  CHECK(f.counters.requests_too_large == 1);
}

TEST_CASE("while a command waits for the agent the next one does too, and nothing more is read") {
  Fixture f;
  f.greet();
  f.agent.answers_at_once = false;
  f.send(Fixture::request("join", 2, JoinRequest{{"a"}, true}) + Fixture::request("stats", 3));
  CHECK(f.wire.sent.empty());
  CHECK_FALSE(f.wire.reading);
  f.agent.pending.front()();
  CHECK(f.errors() == "2: \n3: \n");
  CHECK(f.wire.reading);
  CHECK(f.agent.calls == std::vector<std::string>{"join with replay a"});
}

TEST_CASE("an answer for a client that is gone is forgotten") {
  Fixture f;
  f.greet();
  f.agent.answers_at_once = false;
  f.send(Fixture::request("leave", 2));
  f.session.reset();
  f.agent.pending.front()();
  CHECK(f.wire.sent.empty());
}

TEST_CASE("a client that takes nothing is asked for nothing until it has caught up") {
  Fixture f;
  f.greet();
  f.wire.takes = false;
  f.agent.tree["big"]["value"] = std::string(limits::output_before_pause, 'x');
  f.send(Fixture::request("stats", 2) + Fixture::request("stats", 3));
  CHECK(f.errors() == "2: \n");
  CHECK_FALSE(f.wire.reading);
  f.wire.waiting = 0;
  f.wire.takes = true;
  f.session->on_drained();
  CHECK(f.errors() == "3: \n");
  CHECK(f.wire.reading);
}
