#include "cli/durations.h"

#include <doctest/doctest.h>

using namespace hearsay::cli;
using std::chrono::milliseconds;

namespace {

std::string flaw(std::string_view debounce) {
  const auto parsed = parse_debounce(debounce);
  return parsed ? "" : parsed.error();
}

}  // namespace

TEST_CASE("a duration has a unit, and what is none is told with examples") {
  CHECK(parse_duration("-timeout", "1m30s") == milliseconds(90'000));
  CHECK(parse_duration("-timeout", "0") == milliseconds(0));
  for (const std::string_view text : {"5", "", "soon", "-1s"}) {
    const auto parsed = parse_duration("-timeout", text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error() ==
          "-timeout is \"" + std::string(text) + "\": give a duration, as in 500ms, 60s or 2m");
  }
}

TEST_CASE("a change waits for the quiet time, and no longer than the second or ten times the first") {
  CHECK(parse_debounce("100ms:3s") == Debounce{milliseconds(100), milliseconds(3000)});
  CHECK(parse_debounce("100ms") == Debounce{milliseconds(100), milliseconds(1000)});
  CHECK(parse_debounce("0:0") == Debounce{milliseconds(0), milliseconds(0)});
}

TEST_CASE("a debounce that makes no sense is told in one line") {
  CHECK(flaw("2s:200ms").find("MOST no less than QUIET") != std::string::npos);
  CHECK(flaw("x:2s") == "-debounce is \"x\": give a duration, as in 500ms, 60s or 2m");
  CHECK(flaw("1s:").starts_with("-debounce is \"\""));
}
