#include "agent/hooks/payload.h"

#include <doctest/doctest.h>

#include "swim/gossip/tags.h"

namespace hearsay::agent::hooks {
namespace {

swim::MemberRecord record(std::string_view name, swim::IpAddress ip, const swim::Tags& tags) {
  swim::Buffer meta;
  swim::encode_tags(tags, 5, meta);
  return {.text = swim::NameAndMeta(name, meta), .at = {ip, 7946}};
}

std::string stdin_of_payload(std::string_view payload) {
  const swim::Bytes bytes = swim::as_bytes(payload);
  return stdin_of(swim::UserEventReceived{1, "e", {bytes.begin(), bytes.end()}, false});
}

}  // namespace

TEST_CASE("a member is a line of name, address, role and tags") {
  MembersChanged event{swim::MemberEventKind::join, {}};
  event.members.push_back(
      record("web-1", swim::IpAddress::v4(10, 0, 0, 7), {{"dc", "east"}, {"role", "web"}}));
  event.members.push_back(record("bare", swim::IpAddress::v4(10, 0, 0, 8), {}));
  CHECK(stdin_of(event) == "web-1\t10.0.0.7\tweb\tdc=east,role=web\nbare\t10.0.0.8\t\t\n");
}

TEST_CASE("an IPv6 member has its address in short form") {
  std::array<std::byte, 16> bytes{};
  bytes[0] = std::byte{0xfd};
  bytes[15] = std::byte{1};
  const MembersChanged event{swim::MemberEventKind::failed, {record("six", swim::IpAddress::v6(bytes), {})}};
  CHECK(stdin_of(event) == "six\tfd00::1\t\t\n");
}

TEST_CASE("tabs and newlines in names, roles and tags do not break the line") {
  const MembersChanged event{
      swim::MemberEventKind::join,
      {record("a\tb\nc", swim::IpAddress::v4(10, 0, 0, 7), {{"k\t", "v\n"}, {"role", "x\ty"}})}};
  CHECK(stdin_of(event) == "a\\tb\\nc\t10.0.0.7\tx\\ty\tk\\t=v\\n,role=x\\ty\n");
}

TEST_CASE("control characters, NUL among them, and what is not UTF-8 reach a handler as text") {
  const std::string name("a\0\r\x1b[2J\x7f\xff\xc2\x9b\xc3", 12);
  const MembersChanged event{
      swim::MemberEventKind::join,
      {record(name, swim::IpAddress::v4(10, 0, 0, 7), {{"k\r", "gr\xc3\xbcn \"\\ $(id)"}})}};
  CHECK(stdin_of(event) ==
        "a\\x00\\r\\x1b[2J\\x7f\\xff\\xc2\\x9b\\xc3\t10.0.0.7\t\tk\\r=gr\xc3\xbcn \"\\ $(id)\n");
}

TEST_CASE("the meta of protocol 2 is the role") {
  swim::MemberRecord old = record("old", swim::IpAddress::v4(10, 0, 0, 7), {});
  old.text = swim::NameAndMeta("old", swim::as_bytes("db"));
  CHECK(stdin_of(MembersChanged{swim::MemberEventKind::join, {old}}) == "old\t10.0.0.7\tdb\trole=db\n");
}

TEST_CASE("a payload ends with a newline unless it is empty") {
  CHECK(stdin_of_payload("") == "");
  CHECK(stdin_of_payload("text") == "text\n");
  CHECK(stdin_of_payload("text\n") == "text\n");
  CHECK(stdin_of_payload("two\nlines") == "two\nlines\n");
}

TEST_CASE("a query's payload is given as a user event's") {
  swim::QueryReceived query{};
  swim::append(query.payload, swim::as_bytes("load?"));
  CHECK(stdin_of(query) == "load?\n");
}

}  // namespace hearsay::agent::hooks
