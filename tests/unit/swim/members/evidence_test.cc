// What counts against a member, and what does not.
#include <doctest/doctest.h>

#include "swim/members/member_table.h"
#include "swim/members/quote.h"
#include "swim/members/suspicion.h"

using namespace hearsay::swim;
using namespace std::chrono_literals;

TEST_CASE("an accuser confirms a suspicion once, and nothing where none is running") {
  constexpr MemberId suspect = 3;
  Suspicions suspicions;
  CHECK_FALSE(suspicions.confirm(suspect, "b"));
  suspicions.start(suspect, "a", {.min = 1s, .max = 6s, .confirmations_needed = 2}, Instant{});
  CHECK_FALSE(suspicions.confirm(suspect, "a"));
  CHECK(suspicions.confirm(suspect, "b"));
  CHECK_FALSE(suspicions.confirm(suspect, "b"));
  CHECK_FALSE(suspicions.confirm(suspect + 1, "c"));
  suspicions.cancel(suspect);
  CHECK_FALSE(suspicions.confirm(suspect, "c"));
}

TEST_CASE("a refusal that quotes less than the datagram's beginning is no evidence, nor of one never sent") {
  const Buffer datagram(100, std::byte{7});
  Quote quote;
  CHECK_FALSE(quote.matches({}));
  CHECK_FALSE(quote.matches(datagram));
  quote.remember(datagram);
  CHECK(quote.matches(datagram));
  CHECK(quote.matches(Bytes(datagram).first(64)));
  CHECK_FALSE(quote.matches(Bytes(datagram).first(63)));
  Buffer other = datagram;
  other[63] = std::byte{8};
  CHECK_FALSE(quote.matches(other));
}

TEST_CASE("a number that no row has yet is nobody's") {
  MemberTable table;
  const MemberId id = table.add("alpha", {});
  CHECK(table.occupied(id));
  CHECK_FALSE(table.occupied(id + 1));
  CHECK_FALSE(table.occupied(no_member));
}
