#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "sim/lifeguard/grid.h"

using namespace hearsay::sim;
using namespace hearsay::sim::lifeguard;
using namespace std::chrono_literals;

namespace {

Outcome run_mode(std::string_view mode, const Trial& trial, const Tuning& tuning = {}) {
  const Mode* const found = find_mode(mode);
  REQUIRE(found != nullptr);
  return run(trial, *found, tuning);
}

}  // namespace

TEST_CASE("the grid is the paper's: 432 interval runs and 54 threshold runs, each with a seed of its own") {
  const auto grid = trials(1, 2, false);
  CHECK(grid.size() == 2U * (9 * 6 * 8 + 9 * 6));
  CHECK(std::ranges::count_if(grid, &Trial::threshold) == 2 * 54);
  std::set<std::uint64_t> seeds;
  for (const Trial& trial : grid) {
    seeds.insert(trial.seed);
  }
  CHECK(seeds.size() == grid.size());
}

TEST_CASE("a trial is the same every time") {
  const Trial trial{.seed = 3, .paused = 8, .pause = 16s, .gap = 4ms};
  const Outcome once = run_mode("swim", trial);
  const Outcome again = run_mode("swim", trial);
  CHECK(once.formed);
  CHECK(once.messages == again.messages);
  CHECK(once.bytes == again.bytes);
  CHECK(once.false_positives == again.false_positives);
}

TEST_CASE("a long pause of one member is detected by all others, after the shortest suspicion at least") {
  const Trial trial{.seed = 2, .paused = 1, .pause = 32s, .gap = 0s};
  const Outcome outcome = run_mode("swim", trial);
  CHECK(outcome.formed);
  REQUIRE(outcome.detected == 1);
  REQUIRE(outcome.disseminated == 1);
  CHECK(outcome.first[0] > 10.5F);  // 5 * log10(128) s
  CHECK(outcome.first[0] < 20.0F);
  CHECK(outcome.full[0] >= outcome.first[0]);
  CHECK(outcome.full[0] < outcome.first[0] + 3.0F);
}

TEST_CASE("a short pause of many is no failure of anybody, in any mode") {
  for (const Mode& mode : modes()) {
    CAPTURE(mode.name);
    const Outcome outcome = run({.seed = 2, .paused = 16, .pause = 128ms, .gap = 0s}, mode, {});
    CHECK(outcome.formed);
    CHECK(outcome.detected == 0);
    CHECK(outcome.false_positives == 0);
  }
}

TEST_CASE("plain SWIM blames the healthy for its own pauses") {
  const Trial trial{.seed = 2, .paused = 16, .pause = 16s, .gap = 4ms};
  CHECK(run_mode("swim", trial).false_positives > 0);
}

TEST_CASE("a percentile is one of the values") {
  CHECK(percentile({}, 0.5) == 0);
  CHECK(percentile({3, 1, 2}, 0.5) == 2);
  CHECK(percentile({3, 1, 2}, 0.99) == 3);
  CHECK(percentile({4, 3, 1, 2}, 0.5) == 2);
}
