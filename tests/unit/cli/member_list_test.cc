#include "cli/member_list.h"

#include <doctest/doctest.h>

using namespace hearsay::cli;
using hearsay::agent::rpc::TextPairs;
using hearsay::agent::rpc::Writer;
using hearsay::swim::as_bytes;
using hearsay::swim::Buffer;

namespace {

void write_member(Writer out, std::string_view name, std::string_view addr, const TextPairs& tags) {
  out.map(8).text("Addr").binary(as_bytes(addr)).text("DelegateCur").unsigned_integer(4);
  out.text("DelegateMax").unsigned_integer(5).text("DelegateMin").unsigned_integer(2);
  out.text("Name").text(name).text("Port").unsigned_integer(7946).text("Status").text("alive");
  out.text("Tags").map(static_cast<std::uint32_t>(tags.size()));
  for (const auto& [key, value] : tags) {
    out.text(key).text(value);
  }
}

const std::string v6("\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16);

/// Two members, neither they nor their tags in order.
Buffer two_members() {
  Buffer out;
  Writer writer(out);
  writer.map(1).text("Members").array(2);
  write_member(writer, "web-2", v6, {});
  write_member(writer, "a", "\x0a\x01\x02\x03", {{"svc", "w"}, {"html", "<b>"}});
  return out;
}

MemberList decoded(const Buffer& body) {
  auto members = decode_members(body);
  REQUIRE(members.has_value());
  return *std::move(members);
}

}  // namespace

TEST_CASE("members are sorted by name and their tags by key") {
  const Buffer body = two_members();
  const MemberList members = decoded(body);
  REQUIRE(members.size() == 2);
  CHECK(members[0].name == "a");
  CHECK(members[0].tags == TextPairs{{"html", "<b>"}, {"svc", "w"}});
  CHECK(members[1].name == "web-2");
}

TEST_CASE("text has name, address, status and tags in columns") {
  const Buffer body = two_members();
  CHECK(members_as_text(decoded(body), false) ==
        "a      10.1.2.3:7946   alive  html=<b>,svc=w\n"
        "web-2  [fe80::1]:7946  alive");
}

TEST_CASE("details are the versions of Serf's protocol") {
  const Buffer body = two_members();
  CHECK(
      members_as_text(decoded(body), true) ==
      "a      10.1.2.3:7946   alive  html=<b>,svc=w  Protocol Version: 4  Available Protocol Range: [2, 5]\n"
      "web-2  [fe80::1]:7946  alive                  Protocol Version: 4  Available Protocol Range: [2, 5]");
}

TEST_CASE("JSON has the keys in Serf's order") {
  const Buffer body = two_members();
  CHECK(members_as_json(decoded(body)) == R"({
  "members": [
    {
      "name": "a",
      "addr": "10.1.2.3:7946",
      "port": 7946,
      "tags": {
        "html": "\u003cb\u003e",
        "svc": "w"
      },
      "status": "alive",
      "protocol": {
        "max": 5,
        "min": 2,
        "version": 4
      }
    },
    {
      "name": "web-2",
      "addr": "[fe80::1]:7946",
      "port": 7946,
      "tags": {},
      "status": "alive",
      "protocol": {
        "max": 5,
        "min": 2,
        "version": 4
      }
    }
  ]
})");
}

TEST_CASE("nobody is an empty line in text and null in JSON") {
  Buffer body;
  Writer(body).map(1).text("Members").array(0);
  CHECK(members_as_text(decoded(body), true).empty());
  CHECK(members_as_json(decoded(body)) == "{\n  \"members\": null\n}");
}

TEST_CASE("an answer that is cut anywhere is refused") {
  const Buffer body = two_members();
  for (std::size_t size = 1; size < body.size(); ++size) {
    CHECK_FALSE(decode_members(hearsay::swim::Bytes(body).first(size)).has_value());
  }
}
