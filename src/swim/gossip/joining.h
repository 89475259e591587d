// The verb join: seeds side by side, one result (proto/memberlist.md, "Joining").
#pragma once

#include <span>
#include <string_view>

#include "swim/core.h"

namespace hearsay::swim {

void begin_join(Step& step, CommandId command, std::span<const Seed> seeds, bool ignore_old_events);
void join_succeeded(Step& step, CommandId command);
void join_failed(Step& step, CommandId command, std::size_t seed, std::string_view reason);
/// Does this join leave out user events from before it?
[[nodiscard]] bool join_ignores_old(const Core& core, CommandId command);

}  // namespace hearsay::swim
