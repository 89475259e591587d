#include "agent/backoff.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using hearsay::agent::Backoff;

TEST_CASE("waits double up to the longest, each but the first up to a quarter shorter by lot") {
  for (int run = 0; run < 200; ++run) {
    Backoff backoff(30s);
    CHECK(backoff.next() == 30s);
    for (const auto whole : {60s, 120s, 240s, 300s, 300s, 300s}) {
      const auto wait = backoff.next();
      CHECK(wait <= whole);
      CHECK(wait >= whole * 3 / 4);
      CHECK(wait % 1s == 0s);
    }
    backoff.reset();
    CHECK(backoff.next() == 30s);
  }
}

TEST_CASE("agents that failed together do not try again together") {
  bool differ = false;
  for (int run = 0; run < 50; ++run) {
    differ |= Backoff::shortened(5min) != Backoff::shortened(5min);
  }
  CHECK(differ);
}

TEST_CASE("a first wait longer than the longest is kept") {
  Backoff backoff(10min);
  CHECK(backoff.next() == 10min);
  CHECK(backoff.next() <= 10min);
}
