// Simulated members in Serf's mode beside real agents. The numbers are those of `serf agent` 0.9.4 of Debian
// 12, 32 and 100 of them on loopback, as tools/calibrate measures them (docs/performance.md).
#include <doctest/doctest.h>

#include <string>

#include "sim/calibration/calibration.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

struct Measured {
  const char* name;
  double Figures::*figure;
  double of_32_agents;
  double of_100_agents;
};

constexpr Measured measured[] = {
    {"idle datagrams/s", &Figures::idle_datagrams_per_s, 2.00, 2.00},
    {"event, half, ms", &Figures::event_half_ms, 243, 328},
    {"event, last, ms", &Figures::event_last_ms, 459, 618},
    {"event, datagrams", &Figures::event_datagrams, 14.9, 18.6},
    {"tags, half, ms", &Figures::tags_half_ms, 246, 315},
    {"tags, last, ms", &Figures::tags_last_ms, 487, 555},
    {"tags, datagrams", &Figures::tags_datagrams, 15.0, 18.6},
    {"kill, first, s", &Figures::kill_first_s, 7.85, 10.00},
    {"kill, last, s", &Figures::kill_last_s, 8.11, 10.39},
};

Figures of_seed(std::size_t members, std::uint64_t seed) {
  Calibration what;
  what.members = members;
  what.network.latency = 50us;
  what.seed = seed;
  return calibrate(what);
}

void check_band(std::size_t members, std::uint64_t seeds, double Measured::*real) {
  Figures mean;
  for (std::uint64_t seed = 11; seed < 11 + seeds; ++seed) {
    const Figures one = of_seed(members, seed);
    for (const Measured& row : measured) {
      mean.*row.figure += one.*row.figure / static_cast<double>(seeds);
    }
  }
  for (const Measured& row : measured) {
    CAPTURE(row.name);
    CHECK(mean.*row.figure > 0.85 * row.*real);
    CHECK(mean.*row.figure < 1.15 * row.*real);
  }
}

}  // namespace

TEST_CASE("32 members in Serf's mode detect, spread and talk as 32 real agents do, within 15 percent") {
  check_band(32, 8, &Measured::of_32_agents);
}

TEST_CASE("100 members in Serf's mode detect, spread and talk as 100 real agents do, within 15 percent") {
  check_band(100, 4, &Measured::of_100_agents);
}

TEST_CASE("the band tells Serf's mode from ours") {
  Calibration what;
  what.network.latency = 50us;
  what.habits = Habits::hearsay();
  what.news = 5;
  what.kills = 1;
  CHECK(calibrate(what).event_half_ms < 0.85 * measured[1].of_32_agents);
}
