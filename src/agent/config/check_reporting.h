// The checks of where the agent tells how it is: log, syslog, metrics. Private to src/agent/config.
#pragma once

#include "agent/config/mistake.h"
#include "agent/config/settings.h"

namespace hearsay::agent {

/// Sets `log_level`.
[[nodiscard]] Checked check_log_level(Settings& settings);
/// At a reload: as in Serf, a wrong level does not hold up the rest, and only warns.
[[nodiscard]] Checked take_log_level(Settings& settings);
/// Sets `syslog_facility`.
[[nodiscard]] Checked check_syslog(Settings& settings);
/// Sets `statsd` and `statsite`.
[[nodiscard]] Checked check_collectors(Settings& settings);

}  // namespace hearsay::agent
