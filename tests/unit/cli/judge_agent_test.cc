#include "cli/doctor/judge_agent.h"

#include <doctest/doctest.h>

using namespace hearsay::cli::doctor;
using hearsay::cli::Stats;

TEST_CASE("an agent's counters tell of clashes, overflows, foreign keys, clocks and flaps") {
  const auto ids = [](const Stats& stats) {
    std::vector<std::string_view> out;
    for (const Finding& finding : judge_agent("web", stats, "", {"serf: Name conflict for 'a'"})) {
      out.push_back(finding.id);
    }
    return out;
  };
  using Ids = std::vector<std::string_view>;
  CHECK(ids({{"serf", {{"health_score", "0"}}}, {"hearsay", {{"rumors_dropped", "0"}}}}).empty());
  CHECK(ids({{"serf", {{"health_score", "2"}}}}) == Ids{"overloaded"});
  CHECK(ids({{"hearsay", {{"name_conflicts", "1"}}}}) == Ids{"name-clash"});
  CHECK(ids({{"hearsay", {{"rumors_dropped", "1"}, {"queries_refused", "2"}}}}) == Ids{"queue-overflow"});
  CHECK(ids({{"hearsay", {{"packets_rejected", "1"}}}}).empty());
  CHECK(ids({{"hearsay", {{"keys_refused", "1"}}}}) == Ids{"key-mismatch"});
  CHECK(ids({{"hearsay", {{"lamport_refused", "1"}}}}) == Ids{"clock"});
  CHECK(ids({{"hearsay", {{"member_flaps", "1"}}}}) == Ids{"flapping"});
  const auto clash =
      judge_agent("web", {{"hearsay", {{"name_conflicts", "1"}}}}, "", {"serf: Name conflict for 'a'"});
  CHECK(clash[0].evidence == "name_conflicts = 1 since the agent started; serf: Name conflict for 'a'");
}

TEST_CASE("only packets that go on coming, and to an agent with keys, tell of other keys") {
  const auto rejected = [](std::string_view encrypted, std::string_view count) {
    return unreadable_packets(
        {{"serf", {{"encrypted", encrypted}}}, {"hearsay", {{"packets_rejected", count}}}});
  };
  CHECK(rejected("false", "7") == 0);
  CHECK(rejected("true", "7") == 7);
  CHECK(judge_unreadable_packets("web", 7, 7).empty());
  const auto findings = judge_unreadable_packets("web", 7, 9);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].id == "key-mismatch");
  CHECK(findings[0].evidence == "packets_rejected = 9, 2 of them during this examination");
}
