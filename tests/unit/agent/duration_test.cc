#include "agent/config/duration.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using hearsay::agent::format_go_duration;
using hearsay::agent::parse_go_duration;
using namespace std::chrono_literals;

namespace {

std::chrono::nanoseconds parsed(std::string_view text) {
  const auto duration = parse_go_duration(text);
  REQUIRE_MESSAGE(duration.has_value(), text);
  return *duration;
}

std::string error_of(std::string_view text) {
  const auto duration = parse_go_duration(text);
  REQUIRE_FALSE(duration.has_value());
  return duration.error();
}

constexpr auto longest = std::chrono::nanoseconds(std::numeric_limits<std::int64_t>::max());

}  // namespace

TEST_CASE("a duration is a sum of numbers with units") {
  CHECK(parsed("30s") == 30s);
  CHECK(parsed("1m30s") == 90s);
  CHECK(parsed("2h45m") == 165min);
  CHECK(parsed("500ms") == 500ms);
  CHECK(parsed("7us") == 7us);
  CHECK(parsed("7\xC2\xB5s") == 7us);
  CHECK(parsed("7\xCE\xBCs") == 7us);
  CHECK(parsed("3ns") == 3ns);
  CHECK(parsed("1.5s") == 1500ms);
  CHECK(parsed(".5s") == 500ms);
  CHECK(parsed("5.s") == 5s);
  CHECK(parsed("0.3s") == 300ms);
  CHECK(parsed("1.9999999999s") == 2s - 1ns);
  CHECK(parsed("-1.5h") == -90min);
  CHECK(parsed("+5s") == 5s);
  CHECK(parsed("0") == 0s);
  CHECK(parsed("-0") == 0s);
}

TEST_CASE("a duration reaches as far as 64 bits of nanoseconds") {
  CHECK(parsed("9223372036854775807ns") == longest);
  CHECK(parsed("-9223372036854775808ns") == -longest - 1ns);
  CHECK(error_of("9223372036854775808ns") == "time: invalid duration \"9223372036854775808ns\"");
  CHECK(error_of("99999999999999999999ns") == "time: invalid duration \"99999999999999999999ns\"");
  CHECK(error_of("2562048h") == "time: invalid duration \"2562048h\"");
  CHECK(error_of("2562047h99h") == "time: invalid duration \"2562047h99h\"");
}

TEST_CASE("what is no duration is named") {
  CHECK(error_of("") == "time: invalid duration \"\"");
  CHECK(error_of("-") == "time: invalid duration \"-\"");
  CHECK(error_of("s") == "time: invalid duration \"s\"");
  CHECK(error_of(".s") == "time: invalid duration \".s\"");
  CHECK(error_of("5") == "time: missing unit in duration \"5\"");
  CHECK(error_of("1s5") == "time: missing unit in duration \"1s5\"");
  CHECK(error_of("5d") == "time: unknown unit \"d\" in duration \"5d\"");
}

TEST_CASE("a duration is printed as Go prints it") {
  CHECK(format_go_duration(0s) == "0s");
  CHECK(format_go_duration(1ns) == "1ns");
  CHECK(format_go_duration(1500ns) == "1.5\xC2\xB5s");
  CHECK(format_go_duration(500ms) == "500ms");
  CHECK(format_go_duration(1500ms) == "1.5s");
  CHECK(format_go_duration(30s) == "30s");
  CHECK(format_go_duration(90s) == "1m30s");
  CHECK(format_go_duration(24h) == "24h0m0s");
  CHECK(format_go_duration(-90s) == "-1m30s");
  CHECK(format_go_duration(longest) == "2562047h47m16.854775807s");
  CHECK(format_go_duration(-longest - 1ns) == "-2562047h47m16.854775808s");
}
