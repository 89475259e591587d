// Serf's view of the detector's findings: who is a member, with which status, and what users are
// told (proto/serf.md, "Member transitions"). Also what forgetting a member means.
#pragma once

#include "swim/core.h"
#include "swim/members/push_pull.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

/// The detector found the member alive that was not: member-join.
void member_arrived(Step& step, MemberId id);
/// New tags: member-update.
void member_changed(Step& step, MemberId id);
/// The detector gave it up: left if it had said so by its intent or by a goodbye, else failed.
void member_lost(Step& step, MemberId id, bool goodbye);

/// Queues a claim about the row for everybody, in place of any earlier one.
template <class Claim>
void tell_everybody(Step& step, MemberId id, const Claim& claim, RumorWatch watch) {
  Core& core = step.core;
  core.scratch.clear();
  wire::encode(claim, core.scratch);
  const std::uint64_t dropped = core.member_rumors.dropped();
  core.member_rumors.push(id, core.scratch, watch);
  if (core.member_rumors.dropped() != dropped) {
    make_up_for_drop(step);
  }
}
/// Queues the row's alive message for everybody.
void tell_of_alive(Step& step, MemberId id, RumorWatch watch);

/// With the table full, gives up one of its failed or left members, an old one, for a new one.
/// False if there is none.
bool make_room(Step& step);

/// Takes a member out of Serf's list and tells users (member-reap). The row stays while the
/// detector still knows the name.
void reap_member(Step& step, MemberId id);
/// The detector forgets a dead or left name: any incarnation will be news. The row stays while
/// Serf lists it. The prober has taken it off its round.
void forget_node(Step& step, MemberId id);

/// Failed and left members whose time is over.
void run_reaper(Step& step);

}  // namespace hearsay::swim
