#include "swim/members/round_trips.h"

#include <doctest/doctest.h>

using namespace hearsay::swim;
using namespace std::chrono_literals;

TEST_CASE("before anything is known the whole timeout is waited") {
  CHECK(RoundTrips().patience(1ms, 500ms) == 500ms);
}

TEST_CASE("steady quick answers bring the patience down to its floor") {
  RoundTrips trips;
  for (int i = 0; i < 50; ++i) {
    trips.learn(300us);
  }
  CHECK(trips.patience({}, 500ms) == 50ms);
}

TEST_CASE("a distant member is given three round trips, and never more than the whole timeout") {
  RoundTrips trips;
  trips.learn(300us);
  CHECK(trips.patience(40ms, 500ms) == 120ms);
  CHECK(trips.patience(200ms, 500ms) == 500ms);
}

TEST_CASE("answers that take long or vary make patient") {
  RoundTrips trips;
  for (int i = 0; i < 50; ++i) {
    trips.learn(i % 2 == 0 ? 1ms : 80ms);
  }
  CHECK(trips.patience({}, 500ms) > 120ms);
  for (int i = 0; i < 50; ++i) {
    trips.learn(400ms);
  }
  CHECK(trips.patience({}, 500ms) > 380ms);
}
