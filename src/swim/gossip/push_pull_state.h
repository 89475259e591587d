// Serf's part of a push/pull (proto/serf.md, "Push/pull state").
#pragma once

#include <optional>

#include "swim/core.h"
#include "swim/wire/stream.h"

namespace hearsay::swim {

/// How another's state came here.
struct MergeFrom {
  std::optional<Endpoint> dialled;  // where the peer listens, if it was this node that dialled
  bool ignore_old_events = false;   // a join that does not want user events from before it
};

void encode_push_pull_state(const Core& core, Buffer& out);
/// After the nodes of the same push/pull. What does not decode is counted and left alone.
void merge_push_pull_state(Step& step, const wire::PushPull& exchange, const MergeFrom& from);

}  // namespace hearsay::swim
