// Serf's part of a push/pull (proto/serf.md, "Push/pull state").
#pragma once

#include <optional>

#include "swim/core.h"

namespace hearsay::swim {

/// How another's state came here.
struct MergeFrom {
  std::optional<Endpoint> dialled;  // where the peer listens, if it was this node that dialled
  bool ignore_old_events = false;   // a join that does not want user events from before it
};

void encode_push_pull_state(const Core& core, Buffer& out);
/// `state` is the user state with its type byte. What does not decode is counted and left alone.
void merge_push_pull_state(Step& step, Bytes state, const MergeFrom& from);

}  // namespace hearsay::swim
