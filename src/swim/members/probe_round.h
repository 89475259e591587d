// Whose turn it is to be probed.
#pragma once

#include "swim/members/member.h"

namespace hearsay::swim {

struct Step;

/// Puts a member that came into the detector's view into the round.
void schedule_probes_of(Step& step, MemberId id);

/// Takes it off the round.
void unschedule_probes_of(Step& step, MemberId id);

/// The one to be probed now, by the beat that the cluster shares or by lot; no_member if there is none. Where
/// a round ends, those are forgotten who are dead for long.
[[nodiscard]] MemberId next_target(Step& step);

/// Held alive or suspected, and another than this node.
[[nodiscard]] bool worth_probing(const Step& step, MemberId id);

}  // namespace hearsay::swim
