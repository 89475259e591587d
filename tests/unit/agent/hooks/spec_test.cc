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

namespace {

swim::MemberRecord member(std::string_view name, const swim::Tags& tags) {
  swim::MemberRecord out;
  swim::Buffer meta;
  swim::encode_tags(tags, 5, meta);
  out.text = swim::NameAndMeta(name, meta);
  return out;
}

const AgentEvent two_join = MembersChanged{swim::MemberEventKind::join,
                                           {member("web-1", {{"svc", "whoami"}, {"port", "8001"}}),
                                            member("db-1", {{"svc", "db"}, {"dc", "east"}})}};

/// The names that the script is told; empty: it does not run.
std::vector<std::string_view> told(std::string_view text) {
  const auto spec = parse_spec(text);
  REQUIRE(spec.has_value());
  CHECK(spec->script == "x=1 run");
  if (!any_matches(spec->filters, two_join)) {
    return {};
  }
  static AgentEvent part;
  part = narrowed(spec->filters, two_join).value_or(two_join);
  std::vector<std::string_view> out;
  for (const auto& one : std::get<MembersChanged>(part).members) {
    out.push_back(one.name());
  }
  return out;
}

std::string mistake(std::string_view text) {
  const auto spec = parse_spec(text);
  return spec ? "" : spec.error();
}

using Names = std::vector<std::string_view>;

}  // namespace

TEST_CASE("a tag filter picks the members that a script is told of") {
  CHECK(told("member-join[svc=whoami]=x=1 run") == Names{"web-1"});
  CHECK(told("member-join[svc=.*]=x=1 run") == Names{"web-1", "db-1"});
  CHECK(told("member-join[svc=who]=x=1 run").empty());
  CHECK(told("member-failed[svc=whoami]=x=1 run").empty());
  CHECK(told("member-join=x=1 run") == Names{"web-1", "db-1"});
}

TEST_CASE("of several tag filters behind one event all must match, of several events any") {
  CHECK(told("member-join[svc=db][dc=east]=x=1 run") == Names{"db-1"});
  CHECK(told("member-join[svc=whoami][dc=east]=x=1 run").empty());
  CHECK(told("member-failed,member-join[svc=db],member-join[port=8001]=x=1 run") == Names{"web-1", "db-1"});
  CHECK(told("member-join[svc=db],member-join=x=1 run") == Names{"web-1", "db-1"});
}

TEST_CASE("brackets, commas and equals signs within a tag filter are the pattern's") {
  CHECK(told("member-join[port=800[0-9]]=x=1 run") == Names{"web-1"});
  CHECK(told("member-join[port=8{1,2}001]=x=1 run") == Names{"web-1"});
  CHECK(told("member-join[svc=a=b|whoami]=x=1 run") == Names{"web-1"});
}

TEST_CASE("a tag filter that makes no sense is told in one line") {
  CHECK(mistake("member-join[svc]=run") ==
        "Invalid event script: Event 'member-join[svc]' invoking 'run': a tag filter is [KEY=PATTERN]");
  CHECK(mistake("member-join[svc=a=run").ends_with("invoking 'a=run': a tag filter is [KEY=PATTERN]"));
  CHECK(mistake("member-join[=a]=run").ends_with("a tag filter is [KEY=PATTERN]"));
  CHECK(mistake("member-join[svc=a]x=run").ends_with("a tag filter is [KEY=PATTERN]"));
  CHECK(mistake("member-join[svc=(]=run").find("no regular expression: ") != std::string::npos);
}

TEST_CASE("brackets elsewhere mean what they mean to Serf") {
  CHECK(mistake("user[svc=a]=run") == "Invalid event script: Event 'user[svc' invoking 'a]=run'");
  CHECK(parse_spec("user:a[b]=run")->filters == std::vector<EventFilter>{{"user", "a[b]"}});
  CHECK(parse_spec("[ -e x ] && run")->script == "[ -e x ] && run");
}

}  // namespace hearsay::agent::hooks
