#include "agent/hooks/spec.h"

#include <doctest/doctest.h>

namespace hearsay::agent::hooks {
namespace {

AgentEvent members(swim::MemberEventKind kind) {
  return MembersChanged{kind, {}};
}

AgentEvent user(std::string name) {
  return swim::UserEventReceived{1, std::move(name), {}, false};
}

AgentEvent query(std::string name) {
  swim::QueryReceived received{};
  received.name = std::move(name);
  return received;
}

bool wants(std::string_view text, const AgentEvent& event) {
  const auto spec = parse_spec(text);
  REQUIRE(spec.has_value());
  return any_matches(spec->filters, event);
}

}  // namespace

TEST_CASE("a script without a filter is for every event") {
  const auto spec = parse_spec("notify.sh");
  REQUIRE(spec.has_value());
  CHECK(spec->script == "notify.sh");
  CHECK(spec->filters == std::vector<EventFilter>{{"*", ""}});
  CHECK(wants("=notify.sh", user("x")));
  CHECK(wants("*=notify.sh", query("x")));
  CHECK(wants("notify.sh", members(swim::MemberEventKind::reap)));
}

TEST_CASE("a handler is split at its first equals sign") {
  const auto spec = parse_spec("user=A=1 B=2 run");
  REQUIRE(spec.has_value());
  CHECK(spec->script == "A=1 B=2 run");
  CHECK(spec->filters == std::vector<EventFilter>{{"user", ""}});
}

TEST_CASE("each word of a filter list selects its kind and no other") {
  constexpr std::string_view list = "member-join,member-failed,user:deploy=x";
  CHECK(wants(list, members(swim::MemberEventKind::join)));
  CHECK(wants(list, members(swim::MemberEventKind::failed)));
  CHECK_FALSE(wants(list, members(swim::MemberEventKind::leave)));
  CHECK_FALSE(wants(list, members(swim::MemberEventKind::update)));
  CHECK(wants(list, user("deploy")));
  CHECK_FALSE(wants(list, user("deploys")));
  CHECK_FALSE(wants(list, query("deploy")));
  CHECK(wants("query:load=x", query("load")));
  CHECK_FALSE(wants("query:load=x", query("lo")));
  CHECK(wants("query=x", query("any")));
  CHECK(wants("user:=x", user("any")));
}

TEST_CASE("a filter that does not exist is named in one line") {
  const auto error = [](std::string_view text) { return parse_spec(text).error(); };
  CHECK(error("member-jion=x.sh") == "Invalid event script: Event 'member-jion' invoking 'x.sh'");
  CHECK(error("user,=x.sh") == "Invalid event script: Event '' invoking 'x.sh'");
  CHECK(error("FOO=1 ./x.sh") == "Invalid event script: Event 'FOO' invoking '1 ./x.sh'");
  CHECK(error("member-join:web=x") == "Invalid event script: Event 'member-join:web' invoking 'x'");
}

}  // namespace hearsay::agent::hooks
