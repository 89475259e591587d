#include "swim/members/roster.h"

#include <algorithm>
#include <vector>

#include "swim/members/claims.h"
#include "swim/members/probe_round.h"
#include "swim/members/pruned.h"
#include "swim/members/sampling.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

/// Nobody needs the row any more: it goes, with everything kept by its number.
void erase_if_unneeded(Step& step, MemberId id) {
  Core& core = step.core;
  const Member& member = core.members[id];
  if (member.status != MemberStatus::none || member.detected()) {
    return;
  }
  core.suspicions.cancel(id);
  forget_probes_of(step, id);
  core.refusals.forget(id);
  core.flaps.forget(id);
  core.member_rumors.forget(id);
  core.coordinates.forget(id);
  core.peer_coordinates.erase(id);
  core.members.erase(id);
}

/// Intents that were heard before the member was, or was again.
MemberStatus status_from_recent_intents(Step& step, MemberId id) {
  Core& core = step.core;
  Member& member = core.members[id];
  const auto intent = core.recent_intents.take(member.name());
  if (!intent || intent->ltime <= member.status_ltime) {
    return MemberStatus::alive;
  }
  member.status_ltime = intent->ltime;
  return intent->kind == RecentIntent::Kind::leave ? MemberStatus::leaving : MemberStatus::alive;
}

/// A pruned name that is held against old news, and dead for so long that no probe of it is under way.
bool is_old_grudge(const Core& core, const Member& member, Instant now) {
  return is_pruned(member) && (member.liveness == Liveness::dead || member.liveness == Liveness::left) &&
         now - member.liveness_since > core.config.timing.gossip_to_the_dead;
}

}  // namespace

void member_arrived(Step& step, MemberId id) {
  Core& core = step.core;
  const Member& member = core.members[id];
  const bool flapped =
      member.status == MemberStatus::failed && step.now - member.status_since < core.config.serf.flap_timeout;
  core.counters.member_flaps += flapped ? 1 : 0;
  core.members.set_status(id, status_from_recent_intents(step, id), step.now);
  forget_grave(step, member.name());
  core.neighbours.stale = true;
  emit_member(step, MemberEventKind::join, member);
}

void member_changed(Step& step, MemberId id) {
  const Member& member = step.core.members[id];
  if (member.status != MemberStatus::none) {
    emit_member(step, MemberEventKind::update, member);
  }
}

void member_lost(Step& step, MemberId id, bool goodbye) {
  Core& core = step.core;
  const Member& member = core.members[id];
  // The intent travels first, but it may be lost where the goodbye is not.
  const bool said_so = goodbye && core.config.habits.goodbye_is_a_leave;
  if (member.status == MemberStatus::leaving || (member.status == MemberStatus::alive && said_so)) {
    core.members.set_status(id, MemberStatus::left, step.now);
    emit_member(step, MemberEventKind::leave, member);
  } else if (member.status == MemberStatus::alive) {
    core.members.set_status(id, MemberStatus::failed, step.now);
    emit_member(step, MemberEventKind::failed, member);
  }
}

void tell_of_alive(Step& step, MemberId id, RumorWatch watch) {
  tell_everybody(step, id, alive_claim(step.core.members[id]), watch);
}

bool make_room(Step& step) {
  Core& core = step.core;
  // A few by lot instead of all: this runs for every stranger that comes while the table is full.
  constexpr std::size_t looked_at = 16;
  sample_members(core, looked_at, core.chosen, [&](MemberId id, const Member& member) {
    const bool over = member.status == MemberStatus::failed || member.status == MemberStatus::left;
    return ((over && !member.detected()) || is_old_grudge(core, member, step.now)) && !is_self(core, id);
  });
  const auto oldest =
      std::ranges::min_element(core.chosen, {}, [&](MemberId id) { return core.members[id].status_since; });
  if (oldest == core.chosen.end()) {
    return false;
  }
  if (is_pruned(core.members[*oldest])) {
    unschedule_probes_of(step, *oldest);
    forget_node(step, *oldest);
  } else {
    reap_member(step, *oldest);
  }
  return true;
}

void reap_member(Step& step, MemberId id) {
  Core& core = step.core;
  emit_member(step, MemberEventKind::reap, core.members[id]);
  core.members.set_status(id, MemberStatus::none, step.now);
  core.members[id].status_ltime = 0;
  erase_if_unneeded(step, id);
}

void forget_node(Step& step, MemberId id) {
  Core& core = step.core;
  core.members.set_liveness(id, Liveness::unknown, step.now);
  erase_if_unneeded(step, id);
}

void run_reaper(Step& step) {
  Core& core = step.core;
  if (step.now < core.next_reap) {
    return;
  }
  core.next_reap = step.now + core.config.serf.reap_interval;
  core.recent_intents.drop_before(step.now - core.config.serf.recent_intent_timeout);
  std::vector<MemberId> over;
  core.members.for_each([&](MemberId id, const Member& member) {
    const Duration gone = step.now - member.status_since;
    const bool failed_over =
        member.status == MemberStatus::failed && gone > core.config.serf.reconnect_timeout;
    const bool left_over = member.status == MemberStatus::left && gone > core.config.serf.tombstone_timeout;
    if ((failed_over || left_over) && !is_self(core, id)) {
      over.push_back(id);
    }
  });
  for (const MemberId id : over) {
    if (core.members[id].status == MemberStatus::failed) {
      bury_address(step, core.members[id]);
    }
    reap_member(step, id);
  }
}

}  // namespace hearsay::swim
