#include "swim/gossip/lamport.h"

#include <doctest/doctest.h>

using hearsay::swim::lamport_limit;
using hearsay::swim::lamport_step_max;
using hearsay::swim::LamportClock;

TEST_CASE("a Lamport clock starts at zero and counts in ones") {
  LamportClock clock;
  CHECK(clock.time() == 0);
  CHECK(clock.increment() == 1);
  CHECK(clock.increment() == 2);
  CHECK(clock.time() == 2);
}

TEST_CASE("witnessing a time at or past the clock moves the clock just past it") {
  LamportClock clock;
  CHECK(clock.witness(0));
  CHECK(clock.time() == 1);
  CHECK(clock.witness(41));
  CHECK(clock.time() == 42);
  CHECK(clock.witness(42));
  CHECK(clock.time() == 43);
}

TEST_CASE("witnessing an older time changes nothing") {
  LamportClock clock;
  clock.witness(41);
  CHECK(clock.witness(41));
  CHECK(clock.witness(7));
  CHECK(clock.time() == 42);
}

TEST_CASE("a clock led to just below the limit goes on in small steps, and only in those") {
  LamportClock clock;
  REQUIRE(clock.witness(lamport_limit - 1));
  CHECK(clock.witness(clock.time()));
  CHECK(clock.witness(clock.time() + lamport_step_max));
  const std::uint64_t before = clock.time();
  CHECK_FALSE(clock.witness(clock.time() + lamport_step_max + 1));
  CHECK_FALSE(clock.witness(~std::uint64_t{0}));
  CHECK(clock.time() == before);
}

TEST_CASE("a time of 2^63 or more is refused from afar") {
  LamportClock clock;
  clock.witness(9);
  CHECK_FALSE(clock.witness(lamport_limit));
  CHECK_FALSE(clock.witness(~std::uint64_t{0}));
  CHECK(clock.time() == 10);
  CHECK(clock.witness(lamport_limit - 1));
  CHECK(clock.time() == lamport_limit);
}
