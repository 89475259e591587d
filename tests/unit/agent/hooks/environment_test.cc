#include "agent/hooks/environment.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace hearsay::agent::hooks {
namespace {

using Lines = std::vector<std::string>;

constexpr std::array<const char*, 1> nothing_inherited = {nullptr};

bool has(const Lines& lines, std::string_view line) {
  return std::ranges::count(lines, line) == 1;
}

bool has_key(const Lines& lines, std::string_view key) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return line.starts_with(key); });
}

AgentEvent join() {
  return MembersChanged{swim::MemberEventKind::join, {}};
}

}  // namespace

TEST_CASE("a hook learns of the event and of its agent from the environment") {
  const Self self{"web-1", {{"role", "web"}, {"dc", "east 1"}}};
  const Lines lines = environment_of(join(), self, nothing_inherited.data());
  CHECK(has(lines, "SERF_EVENT=member-join"));
  CHECK(has(lines, "SERF_SELF_NAME=web-1"));
  CHECK(has(lines, "SERF_SELF_ROLE=web"));
  CHECK(has(lines, "SERF_TAG_ROLE=web"));
  CHECK(has(lines, "SERF_TAG_DC=east 1"));
  CHECK(lines.size() == 5);
}

TEST_CASE("an agent without a role has an empty one") {
  CHECK(has(environment_of(join(), {"a", {}}, nothing_inherited.data()), "SERF_SELF_ROLE="));
}

TEST_CASE("user events and queries bring their name and Lamport time") {
  const Self self{"a", {}};
  const Lines user =
      environment_of(swim::UserEventReceived{42, "deploy", {}, true}, self, nothing_inherited.data());
  CHECK(has(user, "SERF_EVENT=user"));
  CHECK(has(user, "SERF_USER_EVENT=deploy"));
  CHECK(has(user, "SERF_USER_LTIME=42"));
  CHECK_FALSE(has_key(user, "SERF_QUERY"));

  swim::QueryReceived received{};
  received.name = "load";
  received.ltime = 7;
  const Lines query = environment_of(received, self, nothing_inherited.data());
  CHECK(has(query, "SERF_EVENT=query"));
  CHECK(has(query, "SERF_QUERY_NAME=load"));
  CHECK(has(query, "SERF_QUERY_LTIME=7"));
  CHECK_FALSE(has_key(query, "SERF_USER"));
}

TEST_CASE("names from the network are inert in the environment") {
  const std::string name("a\0b\nPATH=/evil\x1b\xff $(id)", 22);
  const std::string inert = "a\\x00b\\nPATH=/evil\\x1b\\xff $(id)";
  const Self self{"a", {}};
  CHECK(has(environment_of(swim::UserEventReceived{1, name, {}, true}, self, nothing_inherited.data()),
            "SERF_USER_EVENT=" + inert));
  swim::QueryReceived query{};
  query.name = name;
  CHECK(has(environment_of(query, self, nothing_inherited.data()), "SERF_QUERY_NAME=" + inert));
}

TEST_CASE("the agent's own environment is inherited and overlaid") {
  const std::array<const char*, 5> inherited = {"PATH=/bin", "SERF_EVENT=stale", "EMPTY=", "X=a=b", nullptr};
  const Lines lines = environment_of(join(), {"a", {}}, inherited.data());
  CHECK(has(lines, "PATH=/bin"));
  CHECK(has(lines, "EMPTY="));
  CHECK(has(lines, "X=a=b"));
  CHECK(has(lines, "SERF_EVENT=member-join"));
  CHECK_FALSE(has_key(lines, "SERF_EVENT=stale"));
}

TEST_CASE("a tag becomes a variable a shell can name") {
  CHECK(tag_variable("dc") == "SERF_TAG_DC");
  CHECK(tag_variable("A9_z") == "SERF_TAG_A9_Z");
  CHECK(tag_variable("a-b.c d=") == "SERF_TAG_A_B_C_D_");
  CHECK(tag_variable("gr\xc3\xb6\xc3\x9f"
                     "e") == "SERF_TAG_GR__E");
}

}  // namespace hearsay::agent::hooks
