#include "cli/member_selection.h"

#include <doctest/doctest.h>

using hearsay::cli::MemberSelection;

namespace {

std::string flaw(const MemberSelection& selection) {
  const auto request = selection.request();
  return request ? "" : request.error();
}

}  // namespace

TEST_CASE("a selection becomes the filter that the agent is asked for") {
  const MemberSelection selection{.name = "web-.*", .status = "alive|failed", .tags = {"svc=db", "dc=e.*"}};
  const auto request = selection.request();
  REQUIRE(request.has_value());
  CHECK(request->name == "web-.*");
  CHECK(request->status == "alive|failed");
  CHECK(request->tags == hearsay::agent::rpc::TextPairs{{"svc", "db"}, {"dc", "e.*"}});
}

TEST_CASE("a filter that could match nobody is refused before anybody is asked") {
  CHECK(flaw({.status = "aliev"}) ==
        "Unknown status \"aliev\": give alive, leaving, left or failed, or a pattern");
  CHECK(flaw({.status = "["}).starts_with("-status [: "));
  CHECK(flaw({.name = "("}).starts_with("-name (: "));
  CHECK(flaw({.tags = {"svc=["}}).starts_with("-tag svc=[: "));
  CHECK(flaw({.tags = {"svc"}}) == "Invalid tag: 'svc'");
  CHECK(flaw({.status = "l.*"}).empty());
}

TEST_CASE("a selection is told in words") {
  CHECK(MemberSelection{}.describe() == "members");
  CHECK(MemberSelection{.name = "a.*", .status = "alive", .tags = {"svc=db", "dc=x"}}.describe() ==
        "alive members named a.* with svc=db and dc=x");
}
