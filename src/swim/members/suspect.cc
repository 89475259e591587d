// suspect: somebody had no answer from a member.

#include <string>

#include "swim/members/belated.h"
#include "swim/members/claims.h"
#include "swim/members/roster.h"
#include "swim/members/suspicion_timeout.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

/// Where four in five packets are lost, all copies of a suspicion get lost with a chance of 7 %: those of the
/// first and of these tellings all with less than one in 40,000.
constexpr int tellings_more = 3;

SuspicionBounds bounds_for(const Core& core, MemberId id, Instant now) {
  const std::size_t nodes = core.members.node_count();
  const SuspicionBounds usual = suspicion_bounds(core.config.timing, nodes);
  if (!core.config.lifeguard.suspicion) {
    return {.min = usual.min, .max = usual.min, .confirmations_needed = 0};
  }
  if (core.config.habits.damp_flapping && core.flaps.damped(id, now)) {
    return damped_bounds(usual);
  }
  return core.config.habits.witnesses ? witnessed_bounds(core.config.timing, nodes) : usual;
}

/// A few of all who hear of a suspicion look for themselves, and either confirm it or know better. Each of
/// them tells the suspect (send_probe), which has so many more chances to refute.
void maybe_witness(Step& step, MemberId id, const wire::Suspect& claim) {
  Core& core = step.core;
  const auto nodes = static_cast<std::uint32_t>(core.members.node_count());
  if (core.config.habits.witnesses && claim.from != core.own().name() &&
      core.random.below(nodes) < witnesses_wanted) {
    probe_again(step, id, step.now);
  }
}

void begin_suspicion(Step& step, MemberId id, const wire::Suspect& claim) {
  Core& core = step.core;
  ++core.counters.claims_suspect;
  tell_everybody(step, id, claim, unwatched);
  Member& member = core.members[id];
  member.incarnation = claim.incarnation;
  member.refuted = member.refuted && step.now - member.liveness_since <= Refusals::refuted_counts;
  core.members.set_liveness(id, Liveness::suspect, step.now);
  core.refusals.note_suspected(id, step.now);
  core.suspicions.start(id, claim.from, bounds_for(core, id, step.now), step.now);
  maybe_witness(step, id, claim);
}

void judge(Step& step, MemberId id, const wire::Suspect& claim) {
  Core& core = step.core;
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
      return is_self(core, id) ? refute_again(step) : tell_belated(step, core.members[id], claim);
    case Ruling::conflict:
    case Ruling::ask:
      return;
  }
}

}  // namespace

void on_suspect(Step& step, const wire::Suspect& claim) {
  const MemberId id = accused(step, claim.node, claim.from);
  if (id != no_member && !beyond_refuting(step, claim.incarnation)) {
    judge(step, id, claim);
  }
}

void on_suspect_in_table(Step& step, std::string_view node, std::uint32_t incarnation) {
  Core& core = step.core;
  const std::string_view own = core.own().name();
  const MemberId id = core.members.find(node);
  if (!core.config.habits.witnesses) {
    return on_suspect(step, {.incarnation = incarnation, .node = node, .from = own});
  }
  if (id == no_member || core.members[id].liveness == Liveness::suspect) {
    return;
  }
  on_suspect(step, {.incarnation = incarnation, .node = node, .from = own});
  if (core.members[id].liveness == Liveness::suspect) {
    probe_again(step, id, step.now);
  }
}

bool doubt(Step& step, const Suspicions::Due& due) {
  Core& core = step.core;
  const bool connected = core.heard > due.started;
  if (!core.config.habits.doubt_own_word || !due.alone || !connected || due.told_again >= tellings_more) {
    return false;
  }
  ++core.counters.suspicions_doubted;
  const Member& member = core.members[due.id];
  tell_everybody(step, due.id,
                 wire::Suspect{.incarnation = member.incarnation, .node = member.name(), .from = due.accuser},
                 unwatched);
  core.suspicions.start(due.id, due.accuser, bounds_for(core, due.id, step.now), step.now,
                        due.told_again + 1);
  return true;
}

void find_suspect(Step& step, MemberId id) {
  const Core& core = step.core;
  const Member& member = core.members[id];
  judge(step, id, {.incarnation = member.incarnation, .node = member.name(), .from = core.own().name()});
}

}  // namespace hearsay::swim
