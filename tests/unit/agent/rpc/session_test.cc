#include "agent/rpc/session.h"

#include <doctest/doctest.h>

#include <fstream>

#include "fake_agent.h"
#include "hex.h"

using namespace hearsay::agent::rpc;
using hearsay::agent::LogLevel;
using hearsay::swim::as_bytes;
using hearsay::swim::as_text;
using hearsay::swim::Buffer;
using hearsay::swim::Bytes;
using hearsay::test::FakeAgent;
using hearsay::test::from_hex;
using hearsay::test::SilentLog;
using hearsay::test::to_hex;

namespace {

/// A client that takes everything at once, unless told not to.
struct Wire final : Transport {
  std::string sent;
  bool takes = true;
  bool reading = true;
  bool finished = false;
  std::size_t waiting = 0;

  void send(Bytes bytes) override {
    CHECK_FALSE(finished);
    sent += as_text(bytes);
    waiting += takes ? 0 : bytes.size();
  }
  [[nodiscard]] std::size_t waiting_bytes() const override { return waiting; }
  void set_reading(bool wanted) override { reading = wanted; }
  void finish() override { finished = true; }
};

struct Answer {
  std::string error;
  std::uint64_t seq;
  std::string body;  // what follows the header, up to the next one
};

struct Fixture {
  FakeAgent agent;
  SilentLog quiet;
  Counters counters;
  Host host{agent, quiet.log, counters, ""};
  Wire wire;
  std::shared_ptr<Session> session = Session::open(host, wire);

  void send(std::string_view bytes) { session->receive(as_bytes(bytes)); }

  template <class Request>
  static std::string request(std::string_view command, std::uint64_t seq, const Request& body) {
    Buffer out;
    encode(Writer(out), command, seq);
    encode(Writer(out), body);
    return std::string(as_text(out));
  }
  static std::string request(std::string_view command, std::uint64_t seq) {
    Buffer out;
    encode(Writer(out), command, seq);
    return std::string(as_text(out));
  }

  void greet() {
    send(request("handshake", 1, HandshakeRequest{1}));
    CHECK(errors() == "1: \n");
  }

  /// Takes the answers that have come: each header, with what stands behind it.
  std::vector<Answer> answers() {
    std::vector<Answer> out;
    Reader in(as_bytes(wire.sent));
    while (!in.rest().empty() && !in.failed()) {
      const Bytes object = in.rest();
      in.skip();
      REQUIRE_FALSE(in.failed());
      const Bytes bytes = object.first(object.size() - in.rest().size());
      if (to_hex(as_text(bytes)).starts_with("82a54572726f72")) {
        Reader header_reader(bytes);
        ResponseHeader header;
        decode(header_reader, header);
        out.push_back({std::string(header.error), header.seq, {}});
      } else {
        REQUIRE_FALSE(out.empty());
        out.back().body += as_text(bytes);
      }
    }
    wire.sent.clear();
    return out;
  }

  /// "SEQ: error" lines.
  std::string errors() {
    std::string out;
    for (const Answer& answer : answers()) {
      out += std::to_string(answer.seq) + ": " + answer.error + "\n";
    }
    return out;
  }
};

hearsay::swim::UserEventReceived user_event(std::string name) {
  return {7, std::move(name), {}, true};
}

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

TEST_CASE("a bad pattern ends the connection without an answer") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("members-filtered", 2, MembersFilteredRequest{{}, "(", ""}));
  CHECK(f.wire.sent.empty());
  CHECK(f.wire.finished);
}

TEST_CASE("a filter of more patterns or longer ones than allowed ends the connection and is counted") {
  const auto ask = [](const MembersFilteredRequest& request) {
    Fixture f;
    f.greet();
    f.send(Fixture::request("members-filtered", 2, request));
    CHECK(f.wire.finished == (f.counters.filters_refused == 1));
    return f.counters.filters_refused;
  };
  MembersFilteredRequest many{{}, ".*", ""};
  many.tags.assign(limits::tag_filters, {"role", "x.?"});
  CHECK(ask(many) == 0);
  many.tags.emplace_back("role", "x");
  CHECK(ask(many) == 1);
  const std::string all(limits::pattern_bytes, 'x');
  CHECK(ask({{{"role", all}}, "", ""}) == 0);
  CHECK(ask({{{"role", all}}, "", "x"}) == 1);
}

TEST_CASE("a join of more addresses than one request may have is refused and counted") {
  Fixture f;
  f.greet();
  JoinRequest request;
  request.existing.assign(limits::join_addresses, "a");
  f.send(Fixture::request("join", 2, request));
  CHECK(f.errors() == "2: \n");
  request.existing.emplace_back("a");
  f.send(Fixture::request("join", 3, request));
  CHECK(f.errors() == "3: Too many addresses in one join (256 allowed)\n");
  CHECK(f.agent.calls.size() == 1);
  CHECK(f.counters.joins_refused == 1);
}

TEST_CASE("a request over the limit is refused as soon as its length is known") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("event", 2) + from_hex("83 a75061796c6f6164 c6 00100000"));
  CHECK(f.wire.finished);
  CHECK(f.counters.requests_too_large == 1);
}

TEST_CASE("filters pick by name, status and tags, and a missing tag counts as empty") {
  Fixture f;
  f.greet();
  const auto found = [&](const MembersFilteredRequest& request) {
    f.send(Fixture::request("members-filtered", 2, request));
    const auto answers = f.answers();
    REQUIRE(answers.size() == 1);
    const std::string none = from_hex("81 a74d656d62657273 90");
    return answers[0].body != none;
  };
  CHECK(found({}));
  CHECK(found({{}, "alive", "r1"}));
  CHECK(found({{{"role", "x"}}, "", ""}));
  CHECK(found({{{"role", "[xy]"}, {"other", ""}}, "", ""}));
  CHECK(found({{{"other", ".*"}}, "alive|failed", "r."}));
  CHECK_FALSE(found({{}, "failed", ""}));
  CHECK_FALSE(found({{}, "", "r"}));
  CHECK_FALSE(found({{{"role", "y"}}, "", ""}));
  CHECK_FALSE(found({{{"role", ""}}, "", ""}));
  CHECK_FALSE(found({{{"role", "x"}, {"other", ".+"}}, "", ""}));
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

TEST_CASE("verbs answer with the agent's error, in the order they were asked") {
  Fixture f;
  f.greet();
  f.agent.error = "no";
  f.send(Fixture::request("leave", 2) +
         Fixture::request("tags", 3, TagsRequest{{{"a", "1"}, {"a", "2"}}, {"b"}}) +
         Fixture::request("force-leave", 4, ForceLeaveRequest{"n", true}) +
         Fixture::request("event", 5, EventRequest{"e", as_bytes("p"), true}));
  CHECK(f.errors() == "2: no\n3: no\n4: no\n5: no\n");
  CHECK(f.agent.calls == std::vector<std::string>{"leave", "tags a=2 -b", "prune n", "event e p"});
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

TEST_CASE("stats are a map of maps of text") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stats", 2));
  const auto answers = f.answers();
  REQUIRE(answers.size() == 1);
  CHECK(to_hex(answers[0].body) ==
        "82"
        "a56167656e74"
        "81a46e616d65a27231"
        "a474616773"
        "80");
}

TEST_CASE("our own coordinate is known from the start") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("get-coordinate", 2, StreamRequest{}));
  f.send(Fixture::request("get-coordinate", 3) + from_hex("81 a44e6f6465 a27231"));
  const auto answers = f.answers();
  REQUIRE(answers.size() == 2);
  CHECK(to_hex(answers[0].body)
            .ends_with("a3566563c0"
                       "a24f6bc2"));
  CHECK(to_hex(answers[1].body).ends_with("a24f6bc3"));
  CHECK(answers[1].body.size() == 140);  // eleven floats of nine bytes, names, and heads
}

TEST_CASE("a stream's records follow its answer and end with stop") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"user:deploy,member-join"}));
  f.agent.tell(user_event("deploy"));
  f.agent.tell(user_event("other"));
  const auto answers = f.answers();
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].body.empty());
  CHECK(answers[1].seq == 2);
  CHECK(to_hex(answers[1].body) ==
        "85"
        "a8436f616c65736365c3"
        "a54576656e74a475736572"
        "a54c54696d6507"
        "a44e616d65a66465706c6f79"
        "a75061796c6f6164c0");
  f.send(Fixture::request("stop", 3, StopRequest{2}));
  CHECK(f.agent.listeners == 0);
  f.agent.tell(user_event("deploy"));
  CHECK(f.errors() == "3: \n");
}

TEST_CASE("stopping what never was succeeds") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stop", 3, StopRequest{99}));
  CHECK(f.errors() == "3: \n");
}

TEST_CASE("queries carry a number of their own on each connection") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"query"}) +
         Fixture::request("stream", 3, StreamRequest{"*"}));
  f.answers();
  hearsay::swim::QueryReceived query;
  query.ltime = 9;
  query.name = "q";
  query.payload = {std::byte{'p'}};
  f.agent.tell(query);
  const auto records = f.answers();
  REQUIRE(records.size() == 2);
  const std::string rest =
      "a54c54696d6509"
      "a44e616d65a171"
      "a75061796c6f6164c40170";
  CHECK(to_hex(records[0].body) ==
        "85"
        "a54576656e74a57175657279"
        "a2494401" +
            rest);
  CHECK(to_hex(records[1].body) ==
        "85"
        "a54576656e74a57175657279"
        "a2494402" +
            rest);
}

TEST_CASE("member events carry the members") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{""}));
  f.answers();
  hearsay::swim::MemberRecord member;
  member.name = "m";
  member.at = {hearsay::swim::IpAddress::v4(10, 0, 0, 1), 7946};
  member.meta = {std::byte{0xFF}, std::byte{0x81}, std::byte{0xA1},
                 std::byte{'k'},  std::byte{0xA1}, std::byte{'v'}};
  member.status = hearsay::swim::MemberStatus::failed;
  f.agent.tell(hearsay::agent::MembersChanged{hearsay::swim::MemberEventKind::failed, {member}});
  const auto records = f.answers();
  REQUIRE(records.size() == 1);
  CHECK(to_hex(records[0].body) ==
        "82"
        "a54576656e74"
        "ad6d656d6265722d6661696c6564"
        "a74d656d62657273"
        "91"
        "8b"
        "a441646472c4040a000001"
        "ab44656c656761746543757205"
        "ab44656c65676174654d617805"
        "ab44656c65676174654d696e02"
        "a44e616d65a16d"
        "a4506f7274cd1f0a"
        "ab50726f746f636f6c43757202"
        "ab50726f746f636f6c4d617805"
        "ab50726f746f636f6c4d696e01"
        "a6537461747573a66661696c6564"
        "a45461677381a16ba176");
}

TEST_CASE("a second stream of the same number and a filter that is none are refused") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"*"}) +
         Fixture::request("stream", 2, StreamRequest{"*"}) +
         Fixture::request("stream", 3, StreamRequest{"bogus"}) +
         Fixture::request("stream", 4, StreamRequest{"user,bogus"}));
  CHECK(f.errors() ==
        "2: \n2: Stream with given sequence exists\n3: Invalid event filter\n4: Invalid event filter\n");
  CHECK(f.agent.listeners == 1);
}

TEST_CASE("a connection has room for so many streams and no more") {
  Fixture f;
  f.greet();
  for (std::uint64_t seq = 0; seq <= limits::streams_per_client; ++seq) {
    f.send(Fixture::request("stream", 100 + seq, StreamRequest{"*"}));
  }
  const auto answers = f.answers();
  CHECK(answers[limits::streams_per_client - 1].error.empty());
  CHECK(answers[limits::streams_per_client].error == "Too many streams on this connection (64 allowed)");
  CHECK(f.counters.streams_refused == 1);
}

TEST_CASE("a monitor gets the old lines of its level first, then the new ones") {
  Fixture f;
  f.agent.old_lines = {"2024/01/01 00:00:00 [DEBUG] agent: a", "2024/01/01 00:00:00 [INFO] agent: b",
                       "no level", "2024/01/01 00:00:00 [ERR] agent: c"};
  f.greet();
  f.send(Fixture::request("monitor", 2, MonitorRequest{"info"}));
  f.agent.tell_log("2024/01/01 00:00:01 [WARN] agent: d");
  f.agent.tell_log("2024/01/01 00:00:01 [TRACE] agent: e");
  const auto answers = f.answers();
  REQUIRE(answers.size() == 5);
  CHECK(answers[0].body.empty());
  CHECK(answers[1].body.ends_with("[INFO] agent: b"));
  CHECK(answers[2].body == from_hex("81 a34c6f67 a8") + "no level");
  CHECK(answers[3].body.ends_with("[ERR] agent: c"));
  CHECK(answers[4].body.ends_with("[WARN] agent: d"));
}

TEST_CASE("one monitor a connection, of a level there is, until it is stopped") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("monitor", 2, MonitorRequest{"loud"}) +
         Fixture::request("monitor", 3, MonitorRequest{""}) +
         Fixture::request("monitor", 4, MonitorRequest{"err"}) +
         Fixture::request("monitor", 5, MonitorRequest{"debug"}) +
         Fixture::request("stop", 6, StopRequest{4}) +
         Fixture::request("monitor", 7, MonitorRequest{"debug"}));
  CHECK(f.errors() ==
        "2: Unknown log level: LOUD\n3: Unknown log level: \n4: \n5: Monitor already exists\n6: \n7: \n");
}

TEST_CASE("records beyond what may wait are dropped and counted, until the client has caught up") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"*"}) +
         Fixture::request("monitor", 3, MonitorRequest{"info"}));
  f.answers();
  f.wire.takes = false;
  for (std::size_t i = 0; i < limits::records_waiting + 3; ++i) {
    f.agent.tell(user_event("e"));
  }
  f.agent.tell_log("[INFO] one");
  CHECK(f.answers().size() == limits::records_waiting + 1);
  CHECK(f.counters.events_dropped == 3);
  CHECK(f.counters.log_lines_dropped == 0);
  f.wire.waiting = 0;
  f.session->on_drained();
  f.agent.tell(user_event("e"));
  CHECK(f.answers().size() == 1);
  CHECK(f.counters.events_dropped == 3);
}

TEST_CASE("a client that takes every record may be sent any number") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"*"}));
  f.answers();
  for (std::size_t i = 0; i < 3 * limits::records_waiting; ++i) {
    f.agent.tell(user_event("e"));
  }
  CHECK(f.answers().size() == 3 * limits::records_waiting);
  CHECK(f.counters.events_dropped == 0);
}

TEST_CASE("streams end with their session") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"*"}) +
         Fixture::request("monitor", 3, MonitorRequest{"err"}));
  CHECK(f.agent.listeners == 2);
  f.send("\xc1");
  CHECK(f.agent.listeners == 0);
}
