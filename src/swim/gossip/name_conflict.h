// Somebody else uses this node's name: who should have it is put to the vote
// (proto/serf.md, "Name conflict").
#pragma once

#include <optional>
#include <string_view>

#include "swim/core.h"

namespace hearsay::swim {

/// Asks the cluster where it knows this node's name, unless a vote is under way or turned off.
void begin_conflict_vote(Step& step);
/// An answer to that query from a voter.
void take_conflict_vote(Step& step, std::string_view voter, Bytes payload);
void end_conflict_vote(Step& step);

}  // namespace hearsay::swim
