#include "cli/member_formats.h"

#include <doctest/doctest.h>

#include "listed_members.h"

using namespace hearsay::cli;
using hearsay::cli::testing::listed;
using enum MemberFormat;

namespace {

std::vector<ListedMember> two() {
  return {listed("db|1", "\x0a\x01\x02\x03", "failed", {{"data-centre", "it's"}, {"svc", "a\tb"}}, 0.0012345),
          listed("web", "\x0a\x01\x02\x04")};
}

std::string shown(MemberFormat format, std::string_view fields = {}, Colour colour = Colour::off) {
  const auto members = two();
  return show_members(format, fields.empty() ? MemberFields() : parse_fields(fields).value(), members,
                      colour);
}

}  // namespace

TEST_CASE("text has columns of its own, whatever a name or tag contains") {
  CHECK(shown(text) ==
        "db|1  10.1.2.3:7946  failed  data-centre=it's,svc=a\\tb\n"
        "web   10.1.2.4:7946  alive");
}

TEST_CASE(
    "no name moves the terminal of who lists it: escapes, C1 controls and broken UTF-8 are written out") {
  const std::vector<ListedMember> odd = {
      listed("a\x1b[2J\xc2\x9b"
             "b\xff\xc3\xa9",
             "")};
  CHECK(show_members(text, {{FieldKind::name}}, odd, Colour::off) == "a\\x1b[2J\\xc2\\x9bb\\xff\xc3\xa9");
}

TEST_CASE("text is coloured by state only where that is wanted") {
  CHECK(shown(text, "name,status", Colour::on) == "\x1b[31mdb|1  failed\x1b[0m\nweb   alive");
  CHECK(shown(text, "name,status") == "db|1  failed\nweb   alive");
}

TEST_CASE("tabs, newlines and backslashes in fields cannot break a line of tsv") {
  CHECK(shown(tsv) == "db|1\t10.1.2.3:7946\tfailed\tdata-centre=it's,svc=a\\tb\nweb\t10.1.2.4:7946\talive\t");
  const std::vector<ListedMember> odd = {listed("a\nb\\", "")};
  CHECK(show_members(tsv, {{FieldKind::name}}, odd, Colour::off) == "a\\nb\\\\");
}

TEST_CASE("addr and names are a word a line") {
  CHECK(shown(addr) == "10.1.2.3:7946\n10.1.2.4:7946");
  CHECK(shown(names) == "db|1\nweb");
}

TEST_CASE("env is what a shell evaluates to the same values") {
  CHECK(shown(env, "name,ip,rtt,tags") ==
        "HEARSAY_COUNT=2\n"
        "HEARSAY_1_NAME='db|1'\n"
        "HEARSAY_1_IP='10.1.2.3'\n"
        "HEARSAY_1_RTT_MS='1.234'\n"
        "HEARSAY_1_TAG_DATA_CENTRE='it'\\''s'\n"
        "HEARSAY_1_TAG_SVC='a\tb'\n"
        "HEARSAY_2_NAME='web'\n"
        "HEARSAY_2_IP='10.1.2.4'\n"
        "HEARSAY_2_RTT_MS=''");
}

TEST_CASE("JSON with chosen fields has their types, and null for what is not known") {
  CHECK(shown(json, "port,rtt,tags,tag:svc") == R"({
  "members": [
    {
      "port": 7946,
      "rtt_ms": 1.234,
      "tags": {
        "data-centre": "it's",
        "svc": "a\tb"
      },
      "tag:svc": "a\tb"
    },
    {
      "port": 7946,
      "rtt_ms": null,
      "tags": {},
      "tag:svc": null
    }
  ]
})");
}

TEST_CASE("JSON without chosen fields has Serf's") {
  CHECK(shown(json).find("\"protocol\": {\n        \"max\": 0,") != std::string::npos);
}

TEST_CASE("nobody is nothing, an empty list in JSON, and a count for a shell") {
  for (const MemberFormat format : {text, tsv, addr, names}) {
    CHECK(show_members(format, {}, {}, Colour::on).empty());
  }
  CHECK(show_members(json, {}, {}, Colour::on) == "{\n  \"members\": []\n}");
  CHECK(show_members(env, {}, {}, Colour::on) == "HEARSAY_COUNT=0");
}

TEST_CASE("one line of JSON has no newline") {
  JsonWriter out(JsonWriter::Style::one_line);
  out.begin_object();
  write_members(out, {{FieldKind::name}}, two());
  CHECK(out.end_object().result() == R"({"members": [{"name": "db|1"},{"name": "web"}]})");
}
