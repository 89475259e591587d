// Do the members' views agree with the truth?
#pragma once

#include <optional>
#include <span>
#include <string>

#include "sim/fleet.h"

namespace hearsay::sim {

/// The first thing that a member of `core` believes and that is not so; nothing if all is well. Of those
/// that are up, all know each other as alive, where they are, with the incarnation and the tags that each
/// has itself. Those that are down are failed or left to all who list them, and left only if they, or
/// somebody, said so.
[[nodiscard]] std::optional<std::string> disagreement(const Fleet& fleet, std::span<const NodeIndex> core);

}  // namespace hearsay::sim
