// Names that a user had erased (force-leave -prune), and that nobody's old news is to bring back
// (proto/serf.md, "Pruning").
//
// A pruned row has MemberStatus::none and the Lamport time of its pruning. The detector keeps it as
// dead or left, with its incarnation, for as long as a member that left is remembered: so precedence
// alone turns away what others still tell of it, and a member that really returns hears of its death
// in its first push/pull and outbids it, as after any other.
#pragma once

#include <span>

#include "swim/core.h"
#include "swim/wire/messages.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::swim {

[[nodiscard]] inline bool is_pruned(const Member& member) noexcept {
  return member.status == MemberStatus::none && member.status_ltime > 0;
}

/// Takes a member out of Serf's list and tells users (member-reap), and keeps the row as above. Its
/// status_ltime is that of the intent that pruned it. One that is alive comes back by a newer join
/// intent.
void prune_member(Step& step, MemberId id);

/// A peer that this node has dialled still lists names that are pruned here: it has missed that, and is
/// told again. `to` is where it listens. A name that has failed since by a later Lamport time is left alone,
/// and so is one that its detector, by `nodes`, finds alive: a Serf peer would erase a live member.
void repeat_prunes(Step& step, const Endpoint& to, std::span<const wire::PushNodeState> nodes,
                   const wire::PushPullState& remote);

}  // namespace hearsay::swim
