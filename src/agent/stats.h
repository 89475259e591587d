// What `info` shows.
#pragma once

#include "agent/config/settings.h"
#include "agent/rpc/backend.h"
#include "swim/node.h"

namespace hearsay::agent {

/// The sections that Serf has, with its keys and in its formats.
[[nodiscard]] rpc::StatsTree serf_stats(const swim::Node& node, const Settings& settings);

/// A section of counters, filled from structs with for_each(visit(name, value)).
template <class Counters>
void add_counters(std::map<std::string, std::string>& section, const Counters& counters) {
  counters.for_each([&](std::string_view name, std::uint64_t value) {
    section.insert_or_assign(std::string(name), std::to_string(value));
  });
}

}  // namespace hearsay::agent
