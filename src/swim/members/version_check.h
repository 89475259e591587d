// Can everybody here talk with everybody there? (proto/memberlist.md, "Versions")
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "swim/core.h"
#include "swim/wire/messages.h"

namespace hearsay::swim {

/// The versions all alive members on both sides understand must include what every member, alive
/// or not, speaks. The error names the first that does not, in memberlist's words.
tl::expected<void, std::string> check_versions(const Core& core,
                                               const std::vector<wire::PushNodeState>& remote);

}  // namespace hearsay::swim
