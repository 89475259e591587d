// What Rapid's cases begin with: a cluster that has formed and come to rest.
#pragma once

#include <functional>

#include "sim/fleet.h"

namespace hearsay::sim::rapid {

/// An agent as it comes, but for `tune`, which may be empty.
[[nodiscard]] swim::Config tuned(const std::function<void(NodeIndex, swim::Config&)>& tune, NodeIndex i);

/// Starts everybody, one after another, joining nobody, and has them know each other (acquaint.h); `fresh` is
/// called for each that was just started, and may be empty. Then waits until the gossip about it is over.
void bring_to_rest(Fleet& fleet, const std::function<void(NodeIndex)>& fresh = {});

}  // namespace hearsay::sim::rapid
