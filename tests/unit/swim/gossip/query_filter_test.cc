#include "swim/gossip/query_filter.h"

#include <initializer_list>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hearsay::swim;

namespace {

const Tags tags{{"role", "web"}, {"svc", "whoami"}, {"port", "8080"}};

/// A msgpack string of up to 65535 bytes in the gossip dialect.
std::string text(std::string_view value) {
  if (value.size() < 32) {
    return static_cast<char>(0xa0 + value.size()) + std::string(value);
  }
  const auto high = static_cast<char>(value.size() >> 8U);
  const auto low = static_cast<char>(value.size() & 0xffU);
  return std::string{'\xda', high, low} + std::string(value);
}

std::string nodes(std::initializer_list<std::string_view> names) {
  std::string out{'\0', static_cast<char>(0x90 + names.size())};
  for (const std::string_view name : names) {
    out += text(name);
  }
  return out;
}

std::string tag(std::string_view key, std::string_view pattern) {
  return "\x01\x82" + text("Expr") + text(pattern) + text("Tag") + text(key);
}

FilterResult match(std::vector<std::string> filters) {
  std::vector<Bytes> views;
  for (const std::string& filter : filters) {
    views.push_back(as_bytes(filter));
  }
  return match_filters(views, "anna", tags);
}

}  // namespace

TEST_CASE("a query without filters is for everybody") {
  CHECK(match({}) == FilterResult::match);
}

TEST_CASE("a node filter is for the nodes it names, by their whole name") {
  CHECK(match({nodes({"ben", "anna"})}) == FilterResult::match);
  CHECK(match({nodes({"ben"})}) == FilterResult::no_match);
  CHECK(match({nodes({"ann", "annabel", "Anna"})}) == FilterResult::no_match);
  CHECK(match({nodes({})}) == FilterResult::no_match);
}

TEST_CASE("a tag filter matches anywhere in the value unless the pattern is anchored") {
  CHECK(match({tag("svc", "who")}) == FilterResult::match);
  CHECK(match({tag("svc", "^ami")}) == FilterResult::no_match);
  CHECK(match({tag("svc", "^whoami$")}) == FilterResult::match);
  CHECK(match({tag("port", "80[0-9]{2}")}) == FilterResult::match);
  CHECK(match({tag("port", "90..")}) == FilterResult::no_match);
}

TEST_CASE("a tag the node does not have is matched as an empty one") {
  CHECK(match({tag("dc", "^$")}) == FilterResult::match);
  CHECK(match({tag("dc", "")}) == FilterResult::match);
  CHECK(match({tag("dc", ".")}) == FilterResult::no_match);
}

TEST_CASE("every filter has to match") {
  CHECK(match({nodes({"anna"}), tag("svc", "whoami"), tag("role", "web")}) == FilterResult::match);
  CHECK(match({nodes({"anna"}), tag("svc", "whoami"), tag("role", "db")}) == FilterResult::no_match);
  CHECK(match({nodes({"ben"}), tag("svc", "whoami")}) == FilterResult::no_match);
}

TEST_CASE("what cannot be understood is malformed") {
  CHECK(match({"\x02\x90"}) == FilterResult::malformed);
  CHECK(match({std::string("\x00", 1)}) == FilterResult::malformed);
  CHECK(match({"\x01\x82"}) == FilterResult::malformed);
  CHECK(match({tag("svc", "who(")}) == FilterResult::malformed);
  CHECK(match({tag("svc", "(?=x)")}) == FilterResult::malformed);
}

TEST_CASE("a pattern that would take more than its memory is malformed") {
  CHECK(match({tag("role", "^\\pL{3}$")}) == FilterResult::match);
  CHECK(match({tag("role", "^\\pL{60}$")}) == FilterResult::malformed);
}

TEST_CASE("more filters than a query can hold are malformed") {
  std::vector<std::string> filters(query_filters_max, nodes({"anna"}));
  CHECK(match(filters) == FilterResult::match);
  filters.push_back(nodes({"anna"}));
  CHECK(match(filters) == FilterResult::malformed);
}

TEST_CASE("an empty filter is harmful wherever it stands") {
  CHECK(match({""}) == FilterResult::harmful);
  CHECK(match({nodes({"ben"}), ""}) == FilterResult::harmful);
  CHECK(match({"\x07", ""}) == FilterResult::harmful);
  std::vector<std::string> filters(query_filters_max + 1, nodes({"anna"}));
  filters.emplace_back();
  CHECK(match(filters) == FilterResult::harmful);
}

TEST_CASE("the flaw of a pattern is what keeps it from being used, its cost too") {
  CHECK_FALSE(flaw_of_pattern("").has_value());
  CHECK_FALSE(flaw_of_pattern("^(a|b)+$").has_value());
  for (const std::string_view pattern : {"[", "a)(", "*", "((a{100}){100}){100}"}) {
    CAPTURE(pattern);
    CHECK(flaw_of_pattern(pattern).has_value());
    CHECK(match({tag("role", pattern)}) == FilterResult::malformed);
  }
  CHECK(flaw_of_pattern("[") == "missing ]: [");
}
