// suspect: somebody had no answer from a member.

#include <string>

#include "swim/members/claims.h"
#include "swim/members/precedence.h"
#include "swim/members/roster.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

void pass_on(Step& step, MemberId id, const wire::Suspect& claim) {
  Core& core = step.core;
  core.scratch.clear();
  wire::encode(claim, core.scratch);
  core.member_rumors.push(id, core.scratch);
}

void begin_suspicion(Step& step, MemberId id, const wire::Suspect& claim) {
  Core& core = step.core;
  pass_on(step, id, claim);
  core.members[id].incarnation = claim.incarnation;
  core.members.set_liveness(id, Liveness::suspect, step.now);
  core.suspicions.start(id, claim.from, suspicion_bounds(core.config.timing, core.members.node_count()),
                        step.now);
}

}  // namespace

void on_suspect(Step& step, const wire::Suspect& claim) {
  Core& core = step.core;
  const MemberId id = core.members.find(claim.node);
  if (id == no_member) {
    return;
  }
  const Member& member = core.members[id];
  const Standing standing{.liveness = member.liveness,
                          .incarnation = member.incarnation,
                          .self = is_self(core, id),
                          .leaving = core.phase != Phase::running};
  switch (judge_suspect(standing, claim.incarnation)) {
    case Ruling::accept:
      return begin_suspicion(step, id, claim);
    case Ruling::confirm:
      if (core.suspicions.confirm(id, claim.from)) {
        pass_on(step, id, claim);
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
