#include "cli/top_frame.h"

#include <doctest/doctest.h>

#include "forged_text.h"
#include "listed_members.h"

using namespace hearsay::cli;
using hearsay::cli::testing::forged_name;
using hearsay::cli::testing::is_inert;
using hearsay::cli::testing::listed;
using Lines = std::vector<std::string>;

TEST_CASE("a view has the agent, its queues, the members and the last events") {
  const std::vector<ListedMember> members = {
      listed("web", "\x0a\x01\x02\x03", "failed", {{"svc", "x"}}, 0.0015)};
  const std::vector<std::string> events = {"04:20:01 member-failed web"};
  TopFrame frame;
  frame.stats = {{"agent", {{"name", "seed"}}},
                 {"serf",
                  {{"health_score", "1"},
                   {"encrypted", "true"},
                   {"intent_queue", "2"},
                   {"event_queue", "3"},
                   {"query_queue", "4"}}}};
  frame.alive = 1;
  frame.failed = 1;
  frame.members = members;
  frame.events = events;
  CHECK(show_frame(frame, Colour::off) ==
        Lines{"seed: 1 alive, 1 failed, 0 leaving or left; health 1; encrypted",
              "queues: intents 2 events 3 queries 4 rumors ? hooks ?", "",
              "web  10.1.2.3:7946  failed  1.500  svc=x", "", "last events", "04:20:01 member-failed web"});
  CHECK(show_frame(frame, Colour::on)[0].find("\x1b[31m1 failed\x1b[0m") != std::string::npos);
}

TEST_CASE("names, tags and events that others wrote move no terminal") {
  const std::vector<ListedMember> members = {
      listed(forged_name, "\x0a\x01\x02\x03", "failed", {{forged_name, forged_name}})};
  const std::vector<std::string> events = {"04:20:01 member-failed " + std::string(forged_name)};
  TopFrame frame;
  frame.stats = {{"agent", {{"name", forged_name}}}, {"serf", {{"health_score", "0"}}}};
  frame.members = members;
  frame.events = events;
  const Lines shown = show_frame(frame, Colour::on);
  REQUIRE(shown.size() == 7);
  for (const std::string& line : shown) {
    CAPTURE(line);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(is_inert(line));
  }
  CHECK(shown[3].starts_with("\x1b[31mw"));
  CHECK(shown[6] == R"(04:20:01 member-failed w\x1b[2J\xc2\x9b2J\n\x00\xff)");
}

TEST_CASE("a line is cut at a column, never within a character or a colour") {
  CHECK(cut_to("abcdef", 3) == "abc");
  CHECK(cut_to("\xc3\xa4\xc3\xb6\xc3\xbc", 2) == "\xc3\xa4\xc3\xb6");
  CHECK(cut_to("\x1b[31mabc\x1b[0m", 2) == "\x1b[31mab\x1b[0m");
  CHECK(cut_to("abc", std::string::npos) == "abc");
}
