#include "swim/gossip/push_pull_state.h"

#include <algorithm>
#include <map>

#include "swim/gossip/intents.h"
#include "swim/gossip/user_events.h"
#include "swim/members/claims.h"
#include "swim/members/pruned.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

void witness_clocks(Step& step, const wire::PushPullState& remote) {
  Core& core = step.core;
  // A clock stands one past what it has seen.
  const auto witness = [&](LamportClock& clock, std::uint64_t time) {
    if (time > 0 && !clock.witness(time - 1)) {
      ++core.counters.lamport_refused;
    }
  };
  witness(core.member_clock, remote.ltime);
  witness(core.event_clock, remote.event_ltime);
  witness(core.query_clock, remote.query_ltime);
}

/// A name said to have left. Whoever is alive here may have come back since, for all the other knows, and
/// nobody would ever call it back from leaving: that it left is told by its goodbye among the nodes of the
/// same push/pull, whose incarnation says what is newer. Of a stranger it says nothing, for the same reason.
void merge_left(Step& step, std::string_view name, std::uint64_t ltime) {
  const Core& core = step.core;
  const MemberId id = core.members.find(name);
  if (id == no_member) {
    return;
  }
  const Liveness liveness = core.members[id].liveness;
  const bool here = liveness == Liveness::alive || liveness == Liveness::suspect;
  if (!here || is_self(core, id)) {
    apply_leave_intent(step, {.ltime = ltime, .node = name, .prune = false});
  }
}

/// Names said to have left come as leave intents just newer than their status, so that they count;
/// then all others as join intents.
void merge_statuses(Step& step, const wire::PushPullState& remote) {
  std::map<std::string_view, std::uint64_t> left_since;
  for (const std::string_view name : remote.left_members) {
    left_since[name] = 0;
  }
  for (const auto& status : remote.status_ltimes) {
    if (const auto known = left_since.find(status.name); known != left_since.end()) {
      known->second = status.ltime;
    }
  }
  for (const auto& [name, ltime] : left_since) {
    if (ltime < lamport_limit) {
      merge_left(step, name, ltime + 1);
    }
  }
  for (const auto& status : remote.status_ltimes) {
    if (!left_since.contains(status.name)) {
      apply_join_intent(step, {.ltime = status.ltime, .node = status.name});
    }
  }
}

/// Oldest first, so that listeners hear events in the order they were sent.
void merge_events(Step& step, wire::PushPullState& remote) {
  std::ranges::stable_sort(remote.events, {}, &wire::PushPullState::Event::ltime);
  for (const auto& event : remote.events) {
    deliver_user_event(step,
                       {.ltime = event.ltime, .name = event.name, .payload = event.payload, .cc = false});
  }
}

}  // namespace

void encode_push_pull_state(const Core& core, Buffer& out) {
  wire::PushPullStateWriter writer(out);
  writer.begin(core.event_clock.time(), seen_slots);
  core.seen_events.for_each_slot([&](SeenEvents::Events events) { writer.event_slot(events); });
  writer.left_members(core.member_clock.time(), core.members.count(MemberStatus::left));
  core.members.for_each([&](MemberId, const Member& member) {
    if (member.status == MemberStatus::left) {
      writer.left_member(member.name());
    }
  });
  writer.status_ltimes(core.query_clock.time(), core.members.member_count());
  core.members.for_each([&](MemberId, const Member& member) {
    if (member.status != MemberStatus::none) {
      writer.status_ltime(member.name(), member.status_ltime);
    }
  });
}

void merge_push_pull_state(Step& step, const wire::PushPull& exchange, const MergeFrom& from) {
  Core& core = step.core;
  const Bytes state = exchange.user_state;
  const bool typed = state.front() == static_cast<std::byte>(wire::SerfType::push_pull);
  auto remote = typed ? wire::decode<wire::PushPullState>(state.subspan(1))
                      : tl::unexpected(wire::DecodeError::wrong_type);
  if (!remote) {
    ++core.counters.messages_rejected;
    notice(step, Notice::Level::err,
           std::string("serf: Failed to decode remote state: ") + wire::describe(remote.error()));
    return;
  }
  witness_clocks(step, *remote);
  merge_statuses(step, *remote);
  if (from.dialled) {
    repeat_prunes(step, *from.dialled, exchange.nodes, *remote);
  }
  if (from.ignore_old_events) {
    // Not past our own clock: a time that was refused must not silence every event to come.
    core.seen_events.raise_floor(std::min(remote->event_ltime, core.event_clock.time()));
  }
  merge_events(step, *remote);
}

}  // namespace hearsay::swim
