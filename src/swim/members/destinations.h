// Where this node sends what others ask it to send: nowhere but to members, else it could be used to flood
// strangers.
#pragma once

#include <string_view>

#include "swim/core.h"

namespace hearsay::swim {

/// Whether the member of that name is at that address; of an empty name whether any is, which takes a look at
/// all.
[[nodiscard]] bool is_member_at(const Core& core, std::string_view name, const Endpoint& at);

}  // namespace hearsay::swim
