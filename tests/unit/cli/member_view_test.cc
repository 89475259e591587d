#include "cli/member_view.h"

#include <doctest/doctest.h>

#include "listed_members.h"

using namespace hearsay::cli;
using hearsay::cli::testing::listed;
using hearsay::cli::testing::names_of;
using Names = std::vector<std::string_view>;

namespace {

Names arranged(MemberOrder order, std::size_t limit = 0) {
  std::vector<ListedMember> members = {listed("a", "\x0a\x01\x02\x09", "alive", {}, 0.003),
                                       listed("b", "\x0a\x01\x02\x01"),
                                       listed("c", "\x0a\x01\x02\x05", "alive", {}, 0.001),
                                       listed("d", "\x0a\x01\x02\x05", "alive", {}, 0.001)};
  MemberView view;
  view.order = order;
  view.limit = limit;
  view.arrange(members);
  return names_of(members);
}

std::string flaw(const MemberViewFlags& flags) {
  const auto view = flags.parse();
  return view ? "" : view.error();
}

}  // namespace

TEST_CASE("members are sorted by name, by address or by nearness, equals by name") {
  CHECK(arranged(MemberOrder::name) == Names{"a", "b", "c", "d"});
  CHECK(arranged(MemberOrder::addr) == Names{"b", "c", "d", "a"});
  CHECK(arranged(MemberOrder::rtt) == Names{"c", "d", "a", "b"});
}

TEST_CASE("a limit keeps the first of the order, and more than there are keeps all") {
  CHECK(arranged(MemberOrder::rtt, 2) == Names{"c", "d"});
  CHECK(arranged(MemberOrder::name, 9).size() == 4);
}

TEST_CASE("a view asks for round trip times only if it shows or sorts by them") {
  MemberViewFlags flags;
  CHECK_FALSE(flags.parse()->needs_rtt());
  flags.sort = "rtt";
  CHECK(flags.parse()->needs_rtt());
  flags = {};
  flags.fields = "name,rtt";
  CHECK(flags.parse()->needs_rtt());
}

TEST_CASE("what is unknown is refused in one line with all that is allowed") {
  CHECK(flaw({.format = "yaml"}) == "Unknown format \"yaml\": give text, json, tsv, addr, env or names");
  CHECK(flaw({.sort = "age"}) == "Unknown order \"age\": give name, addr or rtt");
  CHECK(flaw({.fields = "name,age"}) ==
        "Unknown field \"age\": give name, addr, ip, port, status, tags, rtt, protocol or tag:KEY");
  CHECK(flaw({.fields = "tag:"}).starts_with("Unknown field \"tag:\""));
  CHECK(flaw({.limit = -1}).starts_with("-limit is -1: give a number"));
  CHECK(flaw({.format = "names", .fields = "ip"}).find("use it with text, json, tsv or env") !=
        std::string::npos);
}
