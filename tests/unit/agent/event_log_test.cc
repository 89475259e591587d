#include "agent/event_log.h"

#include <doctest/doctest.h>

#include <string>

using namespace hearsay::agent;
using hearsay::swim::ConflictResolved;
using hearsay::swim::Endpoint;
using hearsay::swim::Event;
using hearsay::swim::IpAddress;
using hearsay::swim::MemberEvent;
using hearsay::swim::MemberEventKind;
using hearsay::swim::NameConflict;
using hearsay::swim::Notice;
using hearsay::swim::QueryReceived;
using hearsay::swim::UserEventReceived;

namespace {

constexpr Endpoint here{.ip = IpAddress::v4(10, 0, 0, 1), .port = 7946};
constexpr Endpoint there{.ip = IpAddress::v4(10, 0, 0, 2), .port = 7946};

/// The lines that `write` logs, without their time.
template <class Write>
std::string lines_of(Write&& write) {
  struct Lines final : rpc::LogListener {
    std::string text;
    void on_log_line(std::string_view line) override { text += std::string(line.substr(20)) + "\n"; }
  } lines;
  Terminal terminal(-1);
  Log log(terminal, LogLevel::trace);
  log.add_listener(lines);
  write(log);
  return lines.text;
}

std::string line_of(const Event& event) {
  return lines_of([&](Log& log) { log_event(log, event, true); });
}

MemberEvent member(MemberEventKind kind) {
  MemberEvent event{.kind = kind, .member = {}};
  event.member.text = hearsay::swim::NameAndMeta("web", {});
  event.member.at = here;
  return event;
}

}  // namespace

TEST_CASE("member events are logged in Serf's words") {
  CHECK(line_of(member(MemberEventKind::join)) == "[INFO] serf: EventMemberJoin: web 10.0.0.1\n");
  CHECK(line_of(member(MemberEventKind::leave)) == "[INFO] serf: EventMemberLeave: web 10.0.0.1\n");
  CHECK(line_of(member(MemberEventKind::failed)) == "[INFO] serf: EventMemberFailed: web 10.0.0.1\n");
  CHECK(line_of(member(MemberEventKind::update)) == "[INFO] serf: EventMemberUpdate: web\n");
  CHECK(line_of(member(MemberEventKind::reap)) == "[INFO] serf: EventMemberReap: web\n");
}

TEST_CASE("a conflict about our own name is an error, about another's a warning, and its verdict is told") {
  CHECK(
      line_of(NameConflict{.name = "web", .existing = here, .other = there, .ours = true}) ==
      "[ERR] serf: Node name conflicts with another node at 10.0.0.2:7946. Names must be unique! (Resolution "
      "enabled: true)\n");
  CHECK(line_of(NameConflict{.name = "web", .existing = here, .other = there, .ours = false}) ==
        "[WARN] serf: Name conflict for 'web' both 10.0.0.1:7946 and 10.0.0.2:7946 are claiming\n");
  CHECK(line_of(ConflictResolved{.lost = true, .votes_for = 1, .votes = 3}) ==
        "[WARN] serf: minority in name conflict resolution, quitting [1 / 3]\n"
        "[WARN] agent: Serf shutdown detected, quitting\n");
  CHECK(line_of(ConflictResolved{.lost = false, .votes_for = 2, .votes = 3}) ==
        "[INFO] serf: majority in name conflict resolution [2 / 3]\n");
  CHECK(
      line_of(ConflictResolved{.lost = false, .votes_for = 0, .votes = 2}) ==
      "[WARN] serf: no decision in name conflict resolution [0 / 2], staying: only a majority of three votes "
      "or more takes a name away\n");
}

TEST_CASE("a notice keeps its level, and what changes nothing has no line") {
  CHECK(line_of(Notice{.level = Notice::Level::debug, .text = "memberlist: x"}) == "[DEBUG] memberlist: x\n");
  CHECK(line_of(Notice{.level = Notice::Level::warn, .text = "memberlist: x"}) == "[WARN] memberlist: x\n");
  CHECK(line_of(Notice{.level = Notice::Level::err, .text = "memberlist: x"}) == "[ERR] memberlist: x\n");
  CHECK(line_of(UserEventReceived{}).empty());
}

TEST_CASE("what listeners are told is logged once, by its kind and name") {
  UserEventReceived deploy{};
  deploy.name = "deploy";
  QueryReceived load{};
  load.name = "load";
  const auto line = [](const AgentEvent& event) {
    return lines_of([&](Log& log) { log_received(log, event); });
  };
  CHECK(line(MembersChanged{.kind = MemberEventKind::failed, .members = {}}) ==
        "[INFO] agent: Received event: member-failed\n");
  CHECK(line(deploy) == "[INFO] agent: Received event: user-event: deploy\n");
  CHECK(line(load) == "[INFO] agent: Received event: query: load\n");
}
