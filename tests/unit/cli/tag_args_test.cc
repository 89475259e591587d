#include "cli/tag_args.h"

#include <doctest/doctest.h>

using hearsay::agent::rpc::TextPairs;
using hearsay::cli::parse_tags;

TEST_CASE("a tag is split at its first equals sign, and its value may be empty") {
  const std::vector<std::string> args{"a=1", "b=x=y", "c="};
  const auto tags = parse_tags(args);
  REQUIRE(tags.has_value());
  CHECK(*tags == TextPairs{{"a", "1"}, {"b", "x=y"}, {"c", ""}});
}

TEST_CASE("of a key given twice the last counts") {
  const std::vector<std::string> args{"a=1", "b=2", "a=3"};
  CHECK(parse_tags(args).value() == TextPairs{{"b", "2"}, {"a", "3"}});
}

TEST_CASE("a tag without a key or an equals sign is refused by name") {
  CHECK(parse_tags({"a=1", "x"}).error() == "Invalid tag: 'x'");
  CHECK(parse_tags({"=x"}).error() == "Invalid tag: '=x'");
  CHECK(parse_tags({""}).error() == "Invalid tag: ''");
}
