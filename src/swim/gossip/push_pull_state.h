// Serf's part of a push/pull (proto/serf.md, "Push/pull state").
#pragma once

#include "swim/core.h"

namespace hearsay::swim {

void encode_push_pull_state(const Core& core, Buffer& out);
/// `state` is the user state with its type byte. What does not decode is counted and left alone.
void merge_push_pull_state(Step& step, Bytes state, bool ignore_old_events);

}  // namespace hearsay::swim
