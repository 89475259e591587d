// The figures by which simulated members are compared with real agents: tools/bench.d/calibrate.py measures
// the same of those, by the same definitions.
#pragma once

#include <cstdint>

#include "sim/network.h"
#include "swim/habits.h"

namespace hearsay::sim {

struct Calibration {
  std::size_t members = 32;
  swim::Habits habits = swim::Habits::serf();
  Network network;  // as between agents on one machine: no loss
  std::size_t news = 20;
  std::size_t kills = 8;  // one after another, each once the one before is known to all
  std::uint64_t seed = 1;
};

/// Times are medians, over pieces of news or kills. Datagrams are counted where they arrive, for one member.
struct Figures {
  double idle_datagrams_per_s = 0;
  double event_half_ms = 0;    // from the sender's call until half have heard
  double event_last_ms = 0;    // until all have
  double event_datagrams = 0;  // in the four seconds from the call on, those of idling too
  double tags_half_ms = 0;     // the same of a change of tags, by every so many'th member
  double tags_last_ms = 0;
  double tags_datagrams = 0;
  double kill_first_s = 0;  // from the kill until the first calls it failed
  double kill_last_s = 0;   // until all do
};

[[nodiscard]] Figures calibrate(const Calibration& what);

}  // namespace hearsay::sim
