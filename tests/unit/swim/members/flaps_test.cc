#include "swim/members/flaps.h"

#include <doctest/doctest.h>

using namespace hearsay::swim;
using namespace std::chrono_literals;

TEST_CASE("who came back twice is not damped, who did so three times is") {
  Flaps flaps;
  flaps.came_back(1, Instant{1min}, 64);
  flaps.came_back(1, Instant{2min}, 64);
  CHECK_FALSE(flaps.damped(1, Instant{2min}));
  flaps.came_back(1, Instant{3min}, 64);
  CHECK(flaps.damped(1, Instant{3min}));
  CHECK_FALSE(flaps.damped(2, Instant{3min}));
}

TEST_CASE("a member that stays for the window starts anew") {
  Flaps flaps;
  for (int i = 0; i < 3; ++i) {
    flaps.came_back(1, Instant{1min}, 64);
  }
  CHECK(flaps.damped(1, Instant{1min + Flaps::window}));
  CHECK_FALSE(flaps.damped(1, Instant{1min + Flaps::window + 1ms}));
  flaps.came_back(1, Instant{1min + Flaps::window + 1ms}, 64);
  CHECK_FALSE(flaps.damped(1, Instant{1min + Flaps::window + 1ms}));
}

TEST_CASE("of more than may be held the one that came back longest ago is forgotten") {
  Flaps flaps;
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(flaps.came_back(1, Instant{}, 2));
    CHECK_FALSE(flaps.came_back(2, Instant{}, 2));
  }
  CHECK(flaps.came_back(3, Instant{}, 2));
  CHECK_FALSE(flaps.damped(1, Instant{}));
  CHECK(flaps.damped(2, Instant{}));
}

TEST_CASE("a row that is erased takes its history with it") {
  Flaps flaps;
  for (int i = 0; i < 3; ++i) {
    flaps.came_back(1, Instant{}, 64);
  }
  flaps.forget(1);
  CHECK_FALSE(flaps.damped(1, Instant{}));
}
