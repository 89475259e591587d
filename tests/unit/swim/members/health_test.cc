#include "swim/members/health.h"

#include <doctest/doctest.h>

using hearsay::swim::Health;
using namespace std::chrono_literals;

TEST_CASE("a node starts well and scales nothing") {
  const Health health(8);
  CHECK(health.score() == 0);
  CHECK(health.scale(1s) == 1s);
}

TEST_CASE("each point of bad health adds one whole interval") {
  Health health(8);
  health.apply(1);
  CHECK(health.scale(1s) == 2s);
  health.apply(2);
  CHECK(health.score() == 3);
  CHECK(health.scale(250ms) == 1s);
}

TEST_CASE("the score stops at one below its maximum and recovers from there") {
  Health health(8);
  health.apply(100);
  CHECK(health.score() == 7);
  CHECK(health.scale(1s) == 8s);
  health.apply(-1);
  CHECK(health.score() == 6);
}

TEST_CASE("good news never takes the score below zero") {
  Health health(8);
  health.apply(2);
  health.apply(-5);
  CHECK(health.score() == 0);
  health.apply(1);
  CHECK(health.score() == 1);
}

TEST_CASE("with a maximum of one the score never moves") {
  Health health(1);
  health.apply(3);
  CHECK(health.score() == 0);
}
