// Expected numbers were computed with 60 decimal digits from the formulas of proto/memberlist.md.
#include "swim/members/suspicion_timeout.h"

#include <cmath>
#include <initializer_list>

#include <doctest/doctest.h>

using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

Timing timing(int mult, Duration probe_interval) {
  Timing out{};
  out.suspicion_mult = mult;
  out.suspicion_max_timeout_mult = 6;
  out.probe_interval = probe_interval;
  return out;
}

const Timing lan = timing(4, 1s);
const Timing wan = timing(6, 5s);
const Timing local = timing(3, 1s);

struct MinAt {
  std::size_t nodes;
  Duration min;
};

void check_min(const Timing& profile, std::initializer_list<MinAt> rows) {
  for (const MinAt& row : rows) {
    CAPTURE(row.nodes);
    const SuspicionBounds bounds = suspicion_bounds(profile, row.nodes);
    CHECK(bounds.min == row.min);
    CHECK(bounds.max == 6 * row.min);
  }
}

void check_timeouts(const SuspicionBounds& bounds, std::initializer_list<Duration> expected) {
  int confirmations = 0;
  for (const Duration timeout : expected) {
    CAPTURE(confirmations);
    CHECK(suspicion_timeout(bounds, confirmations++) == timeout);
  }
}

}  // namespace

TEST_CASE("up to ten nodes the shortest suspicion is the multiplier in probe intervals") {
  for (std::size_t nodes = 0; nodes <= 10; ++nodes) {
    CHECK(suspicion_bounds(lan, nodes).min == 4s);
    CHECK(suspicion_bounds(wan, nodes).min == 30s);
    CHECK(suspicion_bounds(local, nodes).min == 3s);
  }
}

TEST_CASE("the shortest suspicion grows with log10 of the nodes, cut to three decimals") {
  check_min(lan, {{11, 4164ms},
                  {50, 6792ms},
                  {99, 7980ms},
                  {101, 8016ms},
                  {999, 11996ms},
                  {4242, 14508ms},
                  {99'999, 19996ms},
                  {510'505, 22832ms},
                  {999'999, 23996ms}});
  check_min(wan, {{11, 31230ms}, {500, 80940ms}, {99'999, 149970ms}});
  check_min(local, {{11, 3123ms}, {500, 8094ms}, {99'999, 14997ms}});
}

TEST_CASE("powers of ten fall exactly on whole multiples") {
  check_min(lan, {{100, 8s}, {1000, 12s}, {10'000, 16s}, {100'000, 20s}, {1'000'000, 24s}});
}

TEST_CASE("the log10 factor is the mathematical one for every size up to a million") {
  const Timing unit = timing(1, 1s);
  int wrong = 0;
  for (std::size_t nodes = 11; nodes < 1'000'000; ++nodes) {
    // Away from powers of ten libm cannot be wrong here: no n comes nearer to a step than 2e-8.
    const auto permille = static_cast<std::int64_t>(std::log10(static_cast<double>(nodes)) * 1000 + 1e-9);
    wrong += suspicion_bounds(unit, nodes).min != std::chrono::milliseconds(permille) ? 1 : 0;
  }
  CHECK(wrong == 0);
}

TEST_CASE("confirmations are wanted only where enough members are left to give them") {
  CHECK(suspicion_bounds(lan, 3).confirmations_needed == 0);
  CHECK(suspicion_bounds(lan, 4).confirmations_needed == 2);
  CHECK(suspicion_bounds(wan, 5).confirmations_needed == 0);
  CHECK(suspicion_bounds(wan, 6).confirmations_needed == 4);
  CHECK(suspicion_bounds(local, 2).confirmations_needed == 0);
  CHECK(suspicion_bounds(local, 3).confirmations_needed == 1);
  CHECK(suspicion_bounds(timing(1, 1s), 1000).confirmations_needed == 0);
}

TEST_CASE("without confirmations to wait for the suspicion is short from the start") {
  check_timeouts(suspicion_bounds(lan, 3), {4s, 4s, 4s});
}

TEST_CASE("each confirmation shortens the suspicion on a logarithmic scale") {
  check_timeouts(suspicion_bounds(lan, 6), {24s, 11381ms, 4s});
  check_timeouts(suspicion_bounds(lan, 99'999), {119976ms, 56895ms, 19996ms});
  check_timeouts(suspicion_bounds(wan, 6), {180s, 115398ms, 77609ms, 50797ms, 30s});
  check_timeouts(suspicion_bounds(wan, 99'999), {899820ms, 576877ms, 387967ms, 253934ms, 149970ms});
  check_timeouts(suspicion_bounds(local, 10), {18s, 3s});
}

TEST_CASE("confirmations past those needed change nothing") {
  const SuspicionBounds bounds = suspicion_bounds(lan, 100);
  CHECK(suspicion_timeout(bounds, 3) == bounds.min);
  CHECK(suspicion_timeout(bounds, 1000) == bounds.min);
}

TEST_CASE("a shortened suspicion never ends before the minimum") {
  // Equal bounds: the formula, cut to whole milliseconds, would fall below them.
  const SuspicionBounds tight{.min = 1500us, .max = 1500us, .confirmations_needed = 4};
  check_timeouts(tight, {1500us, 1500us, 1500us, 1500us, 1500us});
}

TEST_CASE("the word of five witnesses makes a suspicion short, that of four does not") {
  const SuspicionBounds bounds = witnessed_bounds(lan, 100);
  CHECK(bounds.min == 8s);
  CHECK(suspicion_timeout(bounds, 4) == 8s);
  CHECK(suspicion_timeout(bounds, 5) == 3500ms);
  CHECK(suspicion_timeout(bounds, 6) == 3500ms);
}

TEST_CASE(
    "a witnessed suspicion leaves three intervals to refute, and none is short where few could witness") {
  CHECK(suspicion_timeout(witnessed_bounds(lan, 7), 5) == 3s);
  CHECK(suspicion_timeout(witnessed_bounds(lan, 6), 5) == 4s);
}

TEST_CASE("a flapping member is suspected twice as long, whatever its witnesses say") {
  const SuspicionBounds bounds = damped_bounds(witnessed_bounds(lan, 100));
  CHECK(suspicion_timeout(bounds, 0) == 96s);
  CHECK(suspicion_timeout(bounds, 9) == 16s);
}
