// Rapid's cases, small: tools/sim rapid has them large. One flip is what somebody is due who cannot be
// reached, none what all others are. When the first may be: a suspicion among 40 lasts at least three seconds
// (swim/members/suspicion_timeout.cc) after a probe of one, and at most ten with its witnesses.
#include <doctest/doctest.h>

#include "sim/rapid/flips.h"
#include "sim/rapid/mass_restart.h"

using namespace hearsay::sim;
using namespace hearsay::sim::rapid;
using namespace std::chrono_literals;

namespace {

using Result = FlipsResult;

Flips small_case(double loss_sent, double loss_received) {
  Flips what;
  what.members = 40;
  what.faulty = 2;
  what.loss_sent = loss_sent;
  what.loss_received = loss_received;
  what.watched = 60s;
  return what;
}

void check_cut_off_once(const FlipsResult& result) {
  const Views& of_faulty = result.views[Result::healthy][Result::faulty];
  CHECK(of_faulty.count == 38 * 2);
  CHECK(of_faulty.failed_at_last == of_faulty.count);
  CHECK(of_faulty.flips == of_faulty.count);
  CHECK(result.views[Result::healthy][Result::healthy].flips == 0);
  CHECK(result.first_flip > 3s);
  CHECK(result.last_flip < 13s);
}

}  // namespace

TEST_CASE("who hears nothing is failed once by everybody, and fails nobody to others") {
  check_cut_off_once(measure_flips(small_case(0, 1)));
}

TEST_CASE("who is not heard is failed once by everybody, and fails nobody to others") {
  check_cut_off_once(measure_flips(small_case(1, 0)));
}

TEST_CASE("who is heard one time in five is not failed again and again, and fails nobody") {
  Flips what = small_case(0.8, 0);
  what.members = 20;
  what.faulty = 1;
  const FlipsResult result = measure_flips(what);
  CHECK(result.views[Result::healthy][Result::faulty].flips_most <= 3);
  CHECK(result.views[Result::healthy][Result::healthy].count == 19 * 18);
  CHECK(result.views[Result::healthy][Result::healthy].flips == 0);
}

TEST_CASE("the same seed gives the same flips, and another seed others") {
  Flips what = small_case(0.8, 0);
  what.members = 12;
  what.watched = 10s;
  const FlipsResult first = measure_flips(what);
  CHECK(measure_flips(what).digest == first.digest);
  what.seed = 2;
  CHECK(measure_flips(what).digest != first.digest);
}

TEST_CASE(
    "after a restart of all but a few, everybody holds the new lives true within seconds, though the old "
    "ones were newer") {
  MassRestart what;
  what.members = 40;
  what.restarted = 36;
  const MassRestartResult result = measure_mass_restart(what);
  REQUIRE(result.all_true);
  CHECK(*result.all_true > 0s);
  CHECK(*result.all_true <= 5s);
  CHECK(result.failures == 0);
}

TEST_CASE(
    "what fell out of full queues comes with two exchanges after the changes, not with the regular ones") {
  const auto all_true_with = [](bool exchange_on_drops) {
    MassRestart what;
    what.members = 150;
    what.restarted = 75;
    what.tune = [&](NodeIndex, hearsay::swim::Config& config) {
      config.limits.member_queue_depth = 8;
      config.habits.exchanges_after_join = 0;
      config.habits.exchange_on_drops = exchange_on_drops;
    };
    return measure_mass_restart(what).all_true;
  };
  const auto with = all_true_with(true);
  REQUIRE(with);
  CHECK(*with > 10s);
  CHECK(*with <= 2 * 20s);
  CHECK_FALSE(all_true_with(false));  // within a minute
}
