// dead: a member has failed, or says goodbye itself.

#include <algorithm>
#include <string>

#include "swim/members/claims.h"
#include "swim/members/roster.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

void bury(Step& step, MemberId id, const wire::Dead& claim) {
  Core& core = step.core;
  const bool goodbye = claim.node == claim.from;
  ++core.counters.claims_dead;
  core.suspicions.cancel(id);
  tell_everybody(step, id, claim, is_self(core, id) ? core.leaving.watch : unwatched);
  core.members[id].incarnation = claim.incarnation;
  core.members.set_liveness(id, goodbye ? Liveness::left : Liveness::dead, step.now);
  member_lost(step, id, goodbye);
}

void judge(Step& step, MemberId id, const wire::Dead& claim) {
  switch (judge_dead(standing_of(step.core, id), claim.incarnation)) {
    case Ruling::accept:
      return bury(step, id, claim);
    case Ruling::refute:
      notice(step, Notice::Level::warn,
             "memberlist: Refuting a dead message (from: " + std::string(claim.from) + ")");
      return refute(step, claim.incarnation);
    case Ruling::ignore:
      return is_self(step.core, id) ? refute_again(step) : void();
    case Ruling::confirm:
    case Ruling::conflict:
    case Ruling::ask:
      return;
  }
}

/// Before a death comes a suspicion, which everybody hears of, the member too. Others' word of a death counts
/// when it could have refuted that; a younger suspicion, or the one that this word begins, ends then. True if
/// so.
bool put_off(Step& step, MemberId id, const wire::Dead& claim) {
  Core& core = step.core;
  const bool would_count =
      !is_self(core, id) && judge_dead(standing_of(core, id), claim.incarnation) == Ruling::accept;
  if (!core.config.habits.suspected_first || !would_count) {
    return false;
  }
  if (core.members[id].liveness == Liveness::alive) {
    on_suspect(step, {.incarnation = claim.incarnation, .node = claim.node, .from = claim.from});
  }
  return core.suspicions.hasten(id, core.config.timing.probe_timeout, claim.incarnation, step.now);
}

}  // namespace

void on_dead(Step& step, const wire::Dead& claim) {
  const MemberId id = accused(step, claim.node, claim.from);
  const bool goodbye = claim.node == claim.from;
  if (id == no_member || (!goodbye && beyond_refuting(step, claim.incarnation))) {
    return;
  }
  if (goodbye || !put_off(step, id, claim)) {
    judge(step, id, claim);
  }
}

void find_dead(Step& step, MemberId id, std::uint32_t claimed) {
  const Core& core = step.core;
  const Member& member = core.members[id];
  judge(step, id,
        {.incarnation = std::max(member.incarnation, claimed),
         .node = member.name(),
         .from = core.own().name()});
}

}  // namespace hearsay::swim
