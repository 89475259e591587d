#include <doctest/doctest.h>

#include "swim/members/member.h"

using namespace hearsay::swim;

TEST_CASE("a status is called what Serf calls it") {
  CHECK(to_text(MemberStatus::none) == "none");
  CHECK(to_text(MemberStatus::alive) == "alive");
  CHECK(to_text(MemberStatus::leaving) == "leaving");
  CHECK(to_text(MemberStatus::left) == "left");
  CHECK(to_text(MemberStatus::failed) == "failed");
}

TEST_CASE("a row that is free has no name and no tags, and neither has a copy of it") {
  const NameAndMeta free;
  const NameAndMeta copy = free;
  CHECK_FALSE(copy.occupied());
  CHECK(copy.name().empty());
  CHECK(copy.meta().empty());
}
