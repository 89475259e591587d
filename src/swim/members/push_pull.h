// Exchanging everything two members know (proto/memberlist.md, "Push/pull").
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "swim/core.h"
#include "swim/gossip/push_pull_state.h"
#include "swim/wire/stream.h"

namespace hearsay::swim {

/// Appends this node's view: header, a state for every node the detector knows, Serf's user state.
void encode_push_pull(const Core& core, bool join, Buffer& out);

/// Takes in a whole push/pull, or nothing of it: the error, in Serf's words, is for the log and for
/// whoever joined.
tl::expected<void, std::string> merge_push_pull(Step& step, const wire::PushPull& remote,
                                                const MergeFrom& from);

/// The regular exchange with a random member; rarer in large clusters.
void run_push_pull(Step& step);
/// A few exchanges about a second apart: whoever joins together with others misses some of the
/// gossip about them, and should not have to wait for the regular exchange.
void exchange_soon(Step& step);
/// To be called when a rumor of a member was dropped for want of room: others dropped theirs too, and
/// somebody has heard of it from nobody. An exchange is made when the gossip is over, and one more as long as
/// rumors are dropped shortly before (docs/decisions/0023-an-exchange-where-rumors-were-dropped.md).
void make_up_for_drop(Step& step);
/// When the next exchange is due, of whichever kind.
[[nodiscard]] Instant next_exchange(const Core& core);
[[nodiscard]] Duration push_pull_interval(const Core& core);

}  // namespace hearsay::swim
