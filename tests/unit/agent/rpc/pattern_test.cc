#include "agent/rpc/pattern.h"

#include <doctest/doctest.h>

using hearsay::agent::rpc::Pattern;

namespace {

bool matches(std::string_view expression, std::string_view text) {
  const auto pattern = Pattern::compile(expression);
  REQUIRE(pattern.has_value());
  return pattern->matches(text);
}

}  // namespace

TEST_CASE("a pattern without metacharacters is the text itself") {
  CHECK(matches("web", "web"));
  CHECK_FALSE(matches("web", "web1"));
  CHECK_FALSE(matches("web", "aweb"));
  CHECK(matches("a-b/c=d é", "a-b/c=d é"));
  CHECK(matches("", ""));
  CHECK_FALSE(matches("", "x"));
}

TEST_CASE("what does not hold a plain pattern has no part that matches; of others nothing is ruled out") {
  const auto rules_out = [](std::string_view expression, std::string_view whole) {
    return Pattern::compile(expression)->rules_out(whole);
  };
  CHECK(rules_out("web", "svc=db"));
  CHECK_FALSE(rules_out("web", "svc=web"));
  CHECK_FALSE(rules_out("web", "svc=web1"));
  CHECK_FALSE(rules_out("", ""));
  CHECK_FALSE(rules_out("w.b", "svc=db"));
}

TEST_CASE("an expression is anchored at both ends") {
  CHECK(matches("80..", "8080"));
  CHECK_FALSE(matches("80..", "80801"));
  CHECK_FALSE(matches("80..", "18080"));
  CHECK(matches("w.*", "web"));
  CHECK(matches("(east|west)", "west"));
  CHECK_FALSE(matches("(east|west)", "western"));
}

TEST_CASE("an alternative without a group is anchored at one end only, as in Serf") {
  CHECK(matches("alive|failed", "alive"));
  CHECK(matches("east|west", "eastern"));
  CHECK(matches("east|west", "northwest"));
  CHECK_FALSE(matches("east|west", "northeastern"));
}

TEST_CASE("a line break is not an end") {
  CHECK_FALSE(matches("a.?", "a\nb"));
  CHECK_FALSE(matches("a$", "a\n"));
  CHECK(matches("(?s)a.*", "a\nb"));
}

TEST_CASE("flags and escapes are RE2's") {
  CHECK(matches("(?i)WEB", "web"));
  CHECK(matches("a\\.b", "a.b"));
  CHECK_FALSE(matches("a\\.b", "axb"));
  CHECK(matches("\\d+", "42"));
}

TEST_CASE("what is no expression, or takes too much memory, is refused") {
  for (const auto* expression : {"(", "[", "a**", "a{2,1}", "(?=a)", "(a)\\1"}) {
    CHECK_FALSE_MESSAGE(Pattern::compile(expression).has_value(), expression);
  }
  CHECK_FALSE(Pattern::compile("((((a{99}){99}){99}){99})").has_value());
  CHECK_FALSE(Pattern::compile("(" + std::string(100'000, 'a') + "|b)").has_value());
}

TEST_CASE("a pattern that backtracks elsewhere ends soon here") {
  CHECK_FALSE(matches("(a*)*b", std::string(10'000, 'a')));
}
