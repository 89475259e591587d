// How long a healthy cluster may take, worked out from its timing and size.
#pragma once

#include <cstddef>

#include "swim/config.h"

namespace hearsay::sim {

/// Each holds but for one run in 10^9, with nothing lost and round trips far below the probe timeout.
struct Bounds {
  swim::Duration spread;     // a rumor, from one member to all
  swim::Duration detection;  // a crash, until all say so
  swim::Duration damping;    // so much later of a member that fails and comes back all the time
  swim::Duration agreement;  // from the end of any fault until all views are the truth
};

/// `healthy` of `members` are up.
[[nodiscard]] Bounds bounds_of(const swim::Config& config, std::size_t members, std::size_t healthy);

}  // namespace hearsay::sim
