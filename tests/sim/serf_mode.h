// A member of a simulated cluster that does as Serf 0.9.4 does.
#pragma once

#include "swim/config.h"

namespace hearsay::sim {

/// All that peers could notice of the difference (swim/habits.h): habits, and how often who failed is
/// dialled.
inline void do_as_serf(swim::Config& config) {
  config.habits = swim::Habits::serf();
  config.serf.reconnect_wait_max = config.serf.reconnect_interval;
}

}  // namespace hearsay::sim
