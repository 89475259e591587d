#include "cli/watch_report.h"

#include <doctest/doctest.h>

#include "listed_members.h"

using namespace hearsay::cli;
using hearsay::cli::testing::listed;

namespace {

ListedMember web(std::string_view tag = "1", double rtt_s = 0.001) {
  return listed("web", "\x0a\x01\x02\x03", "alive", {{"v", tag}}, rtt_s);
}

ListedMember db() {
  return listed("db", "\x0a\x01\x02\x04");
}

MemberView view_of(MemberFormat format, std::string_view fields) {
  return {format, fields.empty() ? MemberFields() : parse_fields(fields).value()};
}

}  // namespace

TEST_CASE("the first list is told, even if nobody is on it, and then each that differs") {
  WatchReport report(view_of(MemberFormat::names, {}));
  CHECK(report.add({}, Colour::off) == "");
  CHECK(report.add({}, Colour::off) == std::nullopt);
  CHECK(report.add({web(), db()}, Colour::off) == "db\nweb\n");
  CHECK(report.add({db(), web()}, Colour::off) == std::nullopt);
  CHECK(report.add({db()}, Colour::off) == "db\n");
}

TEST_CASE("what is not shown is no change") {
  WatchReport names(view_of(MemberFormat::names, {}));
  WatchReport text(view_of(MemberFormat::text, {}));
  for (WatchReport* report : {&names, &text}) {
    REQUIRE(report->add({web("1")}, Colour::off).has_value());
  }
  CHECK_FALSE(names.add({web("2")}, Colour::off).has_value());
  CHECK(text.add({web("2")}, Colour::off) == "web  10.1.2.3:7946  alive  v=2\n");
}

TEST_CASE("a round trip time is shown, and is no change") {
  WatchReport report(view_of(MemberFormat::tsv, "name,rtt"));
  CHECK(report.add({web("1", 0.001)}, Colour::off) == "web\t1.000\n");
  CHECK_FALSE(report.add({web("1", 0.002)}, Colour::off).has_value());
}

TEST_CASE("JSON is a line that says who was added, removed and changed") {
  WatchReport report(view_of(MemberFormat::json, "name"));
  CHECK(report.add({web()}, Colour::off) ==
        R"({"added": ["web"],"removed": [],"changed": [],"members": [{"name": "web"}]})"
        "\n");
  CHECK(report.add({db()}, Colour::off) ==
        R"({"added": ["db"],"removed": ["web"],"changed": [],"members": [{"name": "db"}]})"
        "\n");
  WatchReport whole(view_of(MemberFormat::json, {}));
  REQUIRE(whole.add({web("1")}, Colour::off).has_value());
  CHECK(whole.add({web("2")}, Colour::off)->starts_with(R"({"added": [],"removed": [],"changed": ["web"],)"));
}
