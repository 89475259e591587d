// What `info` shows.
#pragma once

#include "agent/config/settings.h"
#include "agent/rpc/backend.h"
#include "swim/node.h"

namespace hearsay::agent {

/// The sections that Serf has, with its keys and in its formats.
[[nodiscard]] rpc::StatsTree serf_stats(const swim::Node& node, const Settings& settings);

}  // namespace hearsay::agent
