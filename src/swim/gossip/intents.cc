#include "swim/gossip/intents.h"

#include "swim/core.h"
#include "swim/members/claims.h"
#include "swim/members/pruned.h"
#include "swim/members/roster.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

/// Is the member there for such an intent to change? A join intent overtakes the alive message: one of
/// a member that has left, or is unlisted, waits for it. Taken at once, it would date the leave after
/// the return, and our next push/pull would tell so. One that was pruned and is alive comes back by it.
bool concerns(const Core& core, MemberId id, RecentIntent::Kind kind) {
  if (id == no_member) {
    return false;
  }
  const Member& member = core.members[id];
  if (kind == RecentIntent::Kind::leave) {
    return member.status != MemberStatus::none;
  }
  if (member.status == MemberStatus::none) {
    return is_pruned(member) && (member.liveness == Liveness::alive || member.liveness == Liveness::suspect);
  }
  return member.status != MemberStatus::left;
}

/// Whom an intent is about, if it is newer than the member's status. No member: it is old, makes no
/// sense, came before its member did, or is a pruning's repetition; in the last two cases it is kept, and
/// `noted` says whether it is news.
struct About {
  MemberId id = no_member;
  bool noted = false;
};

About newer_about(Step& step, RecentIntent::Kind kind, std::string_view name, std::uint64_t ltime) {
  Core& core = step.core;
  if (name.size() > core.config.limits.name_bytes) {
    ++core.counters.claims_rejected;
    return {};
  }
  if (!core.member_clock.witness(ltime)) {
    ++core.counters.lamport_refused;
    return {};
  }
  const MemberId id = core.members.find(name);
  if (id != no_member && ltime <= core.members[id].status_ltime) {
    return {};
  }
  if (id != no_member && is_pruned(core.members[id]) && kind == RecentIntent::Kind::leave) {
    // Pruned again. Kept as a recent intent, it would make a leaver of whoever returns.
    core.members[id].status_ltime = ltime;
    return {.id = no_member, .noted = true};
  }
  if (!concerns(core, id, kind)) {
    return {.id = no_member, .noted = core.recent_intents.note(name, {kind, ltime, step.now})};
  }
  return {.id = id};
}

/// A leave intent about this node, which means to stay: a newer join intent overrules it.
bool refute_leave(Step& step) {
  announce_join_intent(step);
  return false;
}

void set_leaving_status(Step& step, MemberId id, bool prune) {
  Core& core = step.core;
  const Member& member = core.members[id];
  if (member.status == MemberStatus::alive) {
    core.members.set_status(id, MemberStatus::leaving, step.now);
  } else if (member.status == MemberStatus::failed) {
    core.members.set_status(id, MemberStatus::left, step.now);
    emit_member(step, MemberEventKind::leave, member);
  }
  if (prune && !is_self(core, id)) {
    prune_member(step, id);
  }
}

}  // namespace

bool RecentIntents::note(std::string_view name, const RecentIntent& intent) {
  const auto found = held_.find(name);
  if (found != held_.end()) {
    if (intent.ltime <= found->second.ltime) {
      return false;
    }
    found->second = intent;
    return true;
  }
  if (held_.size() >= most_) {
    ++refused_;
    return false;
  }
  held_.emplace(name, intent);
  return true;
}

std::optional<RecentIntent> RecentIntents::take(std::string_view name) {
  const auto found = held_.find(name);
  if (found == held_.end()) {
    return std::nullopt;
  }
  const RecentIntent intent = found->second;
  held_.erase(found);
  return intent;
}

void RecentIntents::drop_before(Instant heard) {
  std::erase_if(held_, [heard](const auto& entry) { return entry.second.heard < heard; });
}

bool apply_join_intent(Step& step, const wire::JoinIntent& intent) {
  const auto [id, noted] = newer_about(step, RecentIntent::Kind::join, intent.node, intent.ltime);
  if (id == no_member) {
    return noted;
  }
  Core& core = step.core;
  if (is_self(core, id) && core.phase == Phase::running && core.config.habits.outlive_missed_leaves) {
    // Others know of us what we have not said in this life: it may be a leave that was never finished.
    announce_join_intent(step);
    return false;
  }
  Member& member = core.members[id];
  member.status_ltime = intent.ltime;
  if (member.status == MemberStatus::leaving) {
    core.members.set_status(id, MemberStatus::alive, step.now);
  } else if (member.status == MemberStatus::none) {
    member_arrived(step, id);
  }
  return true;
}

bool apply_leave_intent(Step& step, const wire::LeaveIntent& intent) {
  const auto [id, noted] = newer_about(step, RecentIntent::Kind::leave, intent.node, intent.ltime);
  if (id != no_member || noted) {
    forget_grave(step, intent.node);
  }
  if (id == no_member) {
    return noted;
  }
  Core& core = step.core;
  Member& member = core.members[id];
  if (is_self(core, id) && core.phase == Phase::running) {
    return refute_leave(step);
  }
  member.status_ltime = intent.ltime;
  set_leaving_status(step, id, intent.prune);
  return true;
}

void on_join_intent(Step& step, const wire::JoinIntent& intent, Bytes message) {
  if (apply_join_intent(step, intent)) {
    queue_intent(step, message, unwatched);
  }
}

void on_leave_intent(Step& step, const wire::LeaveIntent& intent, Bytes message) {
  if (apply_leave_intent(step, intent)) {
    queue_intent(step, message, unwatched);
  }
}

void queue_intent(Step& step, Bytes message, std::uint32_t watch) {
  queue_serf_rumor(step, step.core.intent_rumors, message, watch);
}

void announce_join_intent(Step& step) {
  Core& core = step.core;
  if (core.config.habits.outlive_missed_leaves) {
    // Who it came back through may have missed just the leave of its last life, at this very time.
    core.member_clock.increment();
  }
  const wire::JoinIntent intent{.ltime = core.member_clock.time(), .node = core.own().name()};
  core.member_clock.witness(intent.ltime);
  core.members[core.self].status_ltime = intent.ltime;
  Buffer message;
  wire::encode(intent, message);
  queue_intent(step, message, unwatched);
}

}  // namespace hearsay::swim
