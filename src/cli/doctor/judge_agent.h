// What is wrong with the agent that is asked, from what it counts. Pure: no question is asked here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/doctor/finding.h"
#include "cli/stats.h"

namespace hearsay::cli::doctor {

/// What the agent's own counters tell. `name` is its name, `load` that of its host, or empty, and
/// `conflicts` the lines of its log about contested names.
[[nodiscard]] std::vector<Finding> judge_agent(std::string_view name, Stats stats, std::string_view load,
                                               const std::vector<std::string>& conflicts);

/// Packets so far that an encrypted agent could not read. 0 of one in plain, where that is noise and says
/// nothing of keys.
[[nodiscard]] std::uint64_t unreadable_packets(Stats stats);

/// What is wrong if there are more of them than a moment ago: the count never falls, so that alone shows
/// that they still come.
[[nodiscard]] std::vector<Finding> judge_unreadable_packets(std::string_view name, std::uint64_t before,
                                                            std::uint64_t now);

}  // namespace hearsay::cli::doctor
