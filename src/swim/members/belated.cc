#include "swim/members/belated.h"

#include "swim/members/claims.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

/// Anybody may write suspicions, hundreds in a packet, and have them answered to somebody else.
bool may_repeat(Step& step, Allowance& repeats, std::uint64_t& withheld) {
  const bool may = repeats.take(step.now, step.core.config.timing.probe_interval);
  withheld += may ? 0U : 1U;
  return may;
}

void send_parts_to(Step& step, const Member& peer) {
  send_parts(step, peer.at, peer.versions.protocol_max >= Versions::crc);
}

/// Whoever suspects a member that has left has missed its leave, intent and goodbye.
void repeat_goodbye(Step& step, const Member& gone, const Member& accuser) {
  Core& core = step.core;
  Buffer& intent = core.parts.open_part();
  intent.push_back(static_cast<std::byte>(wire::MessageType::user));
  wire::encode(wire::LeaveIntent{.ltime = gone.status_ltime, .node = gone.name(), .prune = false}, intent);
  core.parts.close_part();
  wire::encode(wire::Dead{.incarnation = gone.incarnation, .node = gone.name(), .from = gone.name()},
               core.parts.open_part());
  core.parts.close_part();
  send_parts_to(step, accuser);
}

/// Whoever suspects a member that has died has missed that, and would wait long for a confirmation.
void repeat_death(Step& step, const Member& gone, const Member& accuser) {
  Core& core = step.core;
  wire::encode(wire::Dead{.incarnation = gone.incarnation, .node = gone.name(), .from = core.own().name()},
               core.parts.open_part());
  core.parts.close_part();
  send_parts_to(step, accuser);
}

bool has_left(const Member& member, std::uint32_t incarnation) {
  const bool known = member.liveness == Liveness::left && member.incarnation == incarnation;
  const bool forgotten = member.liveness == Liveness::unknown && member.incarnation >= incarnation;
  return member.status == MemberStatus::left && (known || forgotten);
}

/// For so long that suspicions from before its death no longer go round.
bool has_long_failed(const Core& core, const Member& member, std::uint32_t incarnation, Instant now) {
  const bool long_dead =
      member.liveness == Liveness::dead && now - member.liveness_since >= core.config.timing.probe_interval;
  return member.status == MemberStatus::failed && (long_dead || member.liveness == Liveness::unknown) &&
         member.incarnation >= incarnation;
}

}  // namespace

void tell_belated(Step& step, const Member& gone, const wire::Suspect& claim) {
  Core& core = step.core;
  const MemberId accuser = core.members.find(claim.from);
  if (accuser == no_member || is_self(core, accuser)) {
    return;
  }
  const Habits& habits = core.config.habits;
  if (habits.repeat_goodbye && has_left(gone, claim.incarnation)) {
    const bool listens = core.members[accuser].liveness == Liveness::alive;
    if (listens && may_repeat(step, core.goodbyes, core.counters.goodbyes_withheld)) {
      repeat_goodbye(step, gone, core.members[accuser]);
    }
  } else if (habits.repeat_death && has_long_failed(core, gone, claim.incarnation, step.now) &&
             may_repeat(step, core.deaths, core.counters.deaths_withheld)) {
    repeat_death(step, gone, core.members[accuser]);
  }
}

}  // namespace hearsay::swim
