#include "swim/members/reconnecting.h"

#include <algorithm>
#include <string>

#include "swim/core.h"
#include "swim/exchange.h"
#include "swim/members/claims.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

/// The part of an attempt that a look is worth to a member. Waits that double are as long as the time
/// before them, so the next one is as long as the member has failed.
double part_of_attempt(const SerfTiming& timing, Duration failed_for) {
  const Duration wait = std::min(failed_for, timing.reconnect_wait_max);
  return wait <= timing.reconnect_interval
             ? 1.0
             : static_cast<double>(timing.reconnect_interval.count()) / static_cast<double>(wait.count());
}

struct Lot {
  MemberId id = no_member;
  double attempts = 0.0;  // that all failed members are worth
};

/// One failed member; those worth more are drawn more often.
Lot draw_failed(Step& step) {
  Core& core = step.core;
  Lot lot;
  core.members.for_each([&](MemberId id, const Member& member) {
    if (member.status != MemberStatus::failed || is_self(core, id)) {
      return;
    }
    const double part = part_of_attempt(core.config.serf, step.now - member.status_since);
    lot.attempts += part;
    if (core.random.unit() * lot.attempts < part) {
      lot.id = id;
    }
  });
  return lot;
}

}  // namespace

void run_reconnecting(Step& step) {
  Core& core = step.core;
  Reconnecting& reconnecting = core.reconnecting;
  if (step.now < reconnecting.next_look) {
    return;
  }
  const Duration interval = core.config.serf.reconnect_interval;
  reconnecting.next_look = step.now + interval - stagger(core, interval / 4);
  const std::size_t failed = core.members.count(MemberStatus::failed);
  if (failed == 0) {
    return;
  }
  const Lot lot = draw_failed(step);
  const std::size_t rest = core.members.member_count() - failed - core.members.count(MemberStatus::left);
  reconnecting.due += std::min(1.0, lot.attempts / static_cast<double>(std::max<std::size_t>(rest, 1)));
  if (reconnecting.due < 1.0 || lot.id == no_member) {
    return;
  }
  reconnecting.due -= 1.0;
  const Member& member = core.members[lot.id];
  notice(step, Notice::Level::info, "serf: attempting reconnect to " + std::string(member.name()));
  open_reconnect(step, member.at);
}

}  // namespace hearsay::swim
