// What a configuration that is read again changes, and what it cannot.
#pragma once

#include <string>
#include <vector>

#include "agent/config/config.h"

namespace hearsay::agent {

/// The tags after a reload. A tag whose configured value is not what it was when last read becomes what
/// it is now, or goes; every other tag stays as it is, so that a reload never undoes what was set at run
/// time.
[[nodiscard]] swim::Tags reload_tags(const swim::Tags& current, const swim::Tags& read_before,
                                     const swim::Tags& read_now);

/// A line for each setting that differs from the one the agent was started with and that a running agent
/// cannot take over: which, where it stands, what to do. Both as load_config() returns them.
[[nodiscard]] std::vector<std::string> changes_that_need_restart(const Config& started_with,
                                                                 const Config& now);

}  // namespace hearsay::agent
