#include "agent/rpc/streams.h"

#include "session_fixture.h"

using namespace hearsay::agent::rpc;
using Fixture = hearsay::test::SessionFixture;
using hearsay::test::from_hex;
using hearsay::test::to_hex;

namespace {

hearsay::swim::UserEventReceived user_event(std::string name) {
  return {7, std::move(name), {}, true};
}

}  // namespace

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
  member.at = {hearsay::swim::IpAddress::v4(10, 0, 0, 1), 7946};
  member.text = hearsay::swim::NameAndMeta("m", hearsay::swim::as_bytes("\xff\x81\xa1k\xa1v"));
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

TEST_CASE("a stream has so many filters and no more, each of them once, and everything is one") {
  Fixture f;
  f.greet();
  std::string names = "user:0";
  for (std::size_t i = 1; i < limits::stream_filters; ++i) {
    names += ",user:" + std::to_string(i);
  }
  std::string same = "user";
  std::string all = "user,*";
  while (all.size() + 7 < limits::stream_filter_bytes) {
    same += ",user";
    all += ",user,*";
  }
  f.send(
      Fixture::request("stream", 2, StreamRequest{names + "," + names}) +
      Fixture::request("stream", 3, StreamRequest{names + ",user:one-more"}) +
      Fixture::request("stream", 4, StreamRequest{same}) + Fixture::request("stream", 5, StreamRequest{all}) +
      Fixture::request("stream", 6, StreamRequest{"user:" + std::string(limits::stream_filter_bytes, 'x')}));
  const std::string refused = "Too many event filters on one stream (64 of 4096 bytes together allowed)";
  CHECK(f.errors() == "2: \n3: " + refused + "\n4: \n5: \n6: " + refused + "\n");
  CHECK(f.counters.filters_refused == 2);
}

TEST_CASE("what is followed counts as held until it is stopped, and of one filter said often one") {
  Fixture f;
  f.greet();
  const std::size_t before = f.session->held_bytes();
  f.send(Fixture::request("stream", 2, StreamRequest{"*,*,*,*,user,*"}));
  const std::size_t one = f.session->held_bytes() - before;
  CHECK(one >= sizeof(hearsay::agent::EventFilter));
  CHECK(one < 1024);
  f.send(Fixture::request("stream", 3, StreamRequest{"user:" + std::string(4000, 'x')}));
  CHECK(f.session->held_bytes() >= before + one + 4000);
  f.send(Fixture::request("stop", 4, StopRequest{3}) + Fixture::request("stop", 5, StopRequest{2}) +
         Fixture::request("stop", 6, StopRequest{2}));
  CHECK(f.session->streams().held_bytes == 0);
}

TEST_CASE("the queries that a client may answer count as held, and take little") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"query"}));
  const std::size_t before = f.session->held_bytes();
  hearsay::swim::QueryReceived query;
  query.deadline = hearsay::swim::never;
  for (std::size_t i = 0; i < 2 * limits::answerable_queries; ++i) {
    f.agent.tell(query);
  }
  CHECK(f.counters.queries_forgotten == limits::answerable_queries);
  CHECK(f.session->held_bytes() >= before + limits::answerable_queries * 24);
  CHECK(f.session->held_bytes() <= before + (17U << 10U));
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

TEST_CASE(
    "records beyond what may wait are dropped, and the client is told how many as soon as it has caught up") {
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
  const auto told = f.answers();
  REQUIRE(told.size() == 1);
  CHECK(told[0].seq == 2);
  CHECK(told[0].body == from_hex("82 a5436f756e7403 a54576656e74a66d6973736564"));
  f.agent.tell(user_event("e"));
  CHECK(f.answers().size() == 1);
  CHECK(f.counters.events_dropped == 3);
}

TEST_CASE("what was missed is told once, and to the stream that missed it") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"user:a"}) +
         Fixture::request("stream", 3, StreamRequest{"user:b"}));
  f.answers();
  f.wire.takes = false;
  for (std::size_t i = 0; i < limits::records_waiting + 2; ++i) {
    f.agent.tell(user_event("a"));
  }
  f.agent.tell(user_event("b"));
  f.answers();
  for (int i = 0; i < 2; ++i) {
    f.wire.waiting = 0;
    f.session->on_drained();
  }
  const auto told = f.answers();
  REQUIRE(told.size() == 1);
  CHECK(told[0].seq == 2);
}

TEST_CASE("a monitor that was too slow gets a line that says how many it missed until when") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("monitor", 3, MonitorRequest{"info"}));
  f.answers();
  f.wire.takes = false;
  for (std::size_t i = 0; i < limits::records_waiting; ++i) {
    f.agent.tell_log("2024/01/01 00:00:00 [INFO] agent: a");
  }
  f.agent.tell_log("2024/01/01 00:00:07 [INFO] agent: b");
  f.agent.tell_log("2024/01/01 00:00:08 [DEBUG] agent: not asked for");
  f.agent.tell_log("2024/01/01 00:00:08 [INFO] agent: c");
  f.agent.tell_log("2024/01/01 00:00:09 [DEBUG] agent: not asked for");
  f.answers();
  CHECK(f.counters.log_lines_dropped == 2);
  f.wire.waiting = 0;
  f.session->on_drained();
  const auto told = f.answers();
  REQUIRE(told.size() == 1);
  CHECK(
      told[0].body.ends_with("2024/01/01 00:00:08 [WARN] agent.ipc: 2 log lines missed: this client did not "
                             "take them in time"));
}

TEST_CASE("a client that stays behind is told what it missed when it has caught up, not before") {
  Fixture f;
  f.greet();
  f.send(Fixture::request("stream", 2, StreamRequest{"*"}));
  f.answers();
  f.wire.takes = false;
  for (std::size_t i = 0; i < limits::records_waiting + 5; ++i) {
    f.agent.tell(user_event("e"));
  }
  CHECK(f.answers().size() == limits::records_waiting);
  f.agent.tell(user_event("e"));
  CHECK(f.answers().empty());
  f.wire.waiting = 0;
  f.wire.takes = true;
  f.session->on_drained();
  const auto told = f.answers();
  REQUIRE(told.size() == 1);
  CHECK(told[0].body == from_hex("82 a5436f756e7406 a54576656e74a66d6973736564"));
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
