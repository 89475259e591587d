// suspect: somebody had no answer from a member.

#include <string>

#include "swim/members/claims.h"
#include "swim/members/roster.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

void begin_suspicion(Step& step, MemberId id, const wire::Suspect& claim) {
  Core& core = step.core;
  tell_everybody(step, id, claim, unwatched);
  core.members[id].incarnation = claim.incarnation;
  core.members.set_liveness(id, Liveness::suspect, step.now);
  core.suspicions.start(id, claim.from, suspicion_bounds(core.config.timing, core.members.node_count()),
                        step.now);
}

}  // namespace

void on_suspect(Step& step, const wire::Suspect& claim) {
  Core& core = step.core;
  const MemberId id = accused(step, claim.node, claim.from);
  if (id == no_member) {
    return;
  }
  switch (judge_suspect(standing_of(core, id), claim.incarnation)) {
    case Ruling::accept:
      return begin_suspicion(step, id, claim);
    case Ruling::confirm:
      if (core.suspicions.confirm(id, claim.from)) {
        tell_everybody(step, id, claim, unwatched);
      }
      return;
    case Ruling::refute:
      notice(step, Notice::Level::warn,
             "memberlist: Refuting a suspect message (from: " + std::string(claim.from) + ")");
      return refute(step, claim.incarnation);
    case Ruling::ignore:
    case Ruling::conflict:
      return;
  }
}

}  // namespace hearsay::swim
