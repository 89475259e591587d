// alive: a member says, or others say of it, that it is here, where, and with which tags.

#include <bit>
#include <string>

#include "swim/gossip/name_conflict.h"
#include "swim/members/claims.h"
#include "swim/members/probe_round.h"
#include "swim/members/roster.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

/// An alive claim once its parts make sense. Incarnation 0 is nobody's.
struct Arrival {
  std::string_view name;
  std::uint32_t incarnation;
  Endpoint at;
  Bytes meta;
  Versions versions;
};

std::optional<Arrival> validate(Step& step, const wire::Alive& claim) {
  const Core& core = step.core;
  const auto versions = Versions::from_wire(claim.vsn);
  const auto ip = IpAddress::from_wire(claim.addr);
  const bool sound = versions && ip && !claim.node.empty() &&
                     claim.node.size() <= core.config.limits.name_bytes &&
                     claim.meta.size() <= core.config.limits.meta_bytes && claim.incarnation > 0;
  if (!sound) {
    ++step.core.counters.claims_rejected;
    notice(step, Notice::Level::debug,
           "memberlist: Ignoring a malformed alive message for '" + std::string(claim.node) + "'");
    return std::nullopt;
  }
  const std::uint16_t port = claim.port == 0 ? core.config.bind_port : claim.port;
  return Arrival{claim.node, claim.incarnation, {*ip, port}, claim.meta, *versions};
}

MemberId find_or_add(Step& step, const Arrival& arrival) {
  Core& core = step.core;
  const MemberId known = core.members.find(arrival.name);
  if (known != no_member) {
    return known;
  }
  if (core.members.row_count() >= core.config.limits.members && !make_room(step)) {
    // Of many that come at once not each is worth a line: the first, and whenever their number has doubled.
    if (std::has_single_bit(++core.counters.members_refused)) {
      notice(step, Notice::Level::warn,
             "memberlist: Refusing '" + std::string(arrival.name) + "', there are " +
                 std::to_string(core.members.row_count()) + " members already: limit reached");
    }
    return no_member;
  }
  return core.members.add(arrival.name, arrival.meta);
}

void accept(Step& step, MemberId id, const Arrival& arrival) {
  Core& core = step.core;
  Member& member = core.members[id];
  const Liveness before = member.liveness;
  const bool retagged = !equal(member.meta(), arrival.meta);
  const bool changed = retagged || member.at != arrival.at || member.versions != arrival.versions;
  ++core.counters.claims_alive;
  core.suspicions.cancel(id);
  member.incarnation = arrival.incarnation;
  member.at = arrival.at;
  member.versions = arrival.versions;
  if (retagged) {
    core.members.set_meta(id, arrival.meta);
  }
  // News that is none: its suspicion, refuted before it was heard of here.
  const bool refutation = before == Liveness::suspect || (before == Liveness::alive && !changed);
  if (before != Liveness::alive || refutation) {
    core.members.set_liveness(id, Liveness::alive, step.now);
    member.refuted = refutation;
  }
  const bool forgotten_dead = before == Liveness::unknown && member.status == MemberStatus::failed;
  if (before == Liveness::dead || forgotten_dead) {
    core.counters.flaps_forgotten += core.flaps.came_back(id, step.now, core.config.limits.flaps) ? 1U : 0U;
  }
  if (before == Liveness::unknown) {
    schedule_probes_of(step, id);
  }
  tell_of_alive(step, id, unwatched);
  if (before != Liveness::alive && before != Liveness::suspect) {
    member_arrived(step, id);
  } else if (retagged) {
    member_changed(step, id);
  }
}

AliveClaim compare(const Core& core, const Member& member, const Arrival& arrival, Instant now) {
  const bool held = member.detected() || member.status != MemberStatus::none;
  const bool in_grace = member.status == MemberStatus::failed &&
                        now - member.status_since <= core.config.serf.dead_node_reclaim;
  return {.incarnation = arrival.incarnation,
          .address_differs = held && member.at != arrival.at,
          .content_differs = !equal(member.meta(), arrival.meta) || member.versions != arrival.versions,
          .address_reclaimable = !in_grace};
}

void judge(Step& step, const wire::Alive& claim, bool verified) {
  const auto arrival = validate(step, claim);
  if (!arrival) {
    return;
  }
  Core& core = step.core;
  const MemberId id = find_or_add(step, *arrival);
  if (id == no_member) {
    return;
  }
  const Member& member = core.members[id];
  AliveClaim compared = compare(core, member, *arrival, step.now);
  compared.verified = verified || !core.config.habits.ask_who_moves;
  switch (judge_alive(standing_of(core, id), compared)) {
    case Ruling::accept:
      return accept(step, id, *arrival);
    case Ruling::refute:
      return refute(step, arrival->incarnation);
    case Ruling::conflict:
      return report_conflict(step, arrival->name, member.at, arrival->at);
    case Ruling::ask:
      return begin_reclaim(step, id, claim, arrival->at);
    case Ruling::ignore:
    case Ruling::confirm:
      return;
  }
}

}  // namespace

wire::Alive alive_claim(const Member& member) noexcept {
  return {.incarnation = member.incarnation,
          .node = member.name(),
          .addr = member.at.ip.wire(),
          .port = member.at.port,
          .meta = member.meta(),
          .vsn = member.versions.wire()};
}

void report_conflict(Step& step, std::string_view name, const Endpoint& existing, const Endpoint& other) {
  const bool ours = name == step.core.own().name();
  ++step.core.counters.name_conflicts;
  step.out.events.emplace_back(NameConflict{std::string(name), existing, other, ours});
  if (ours) {
    begin_conflict_vote(step);
  }
}

void on_alive(Step& step, const wire::Alive& claim) {
  judge(step, claim, false);
}

void admit_verified(Step& step, const wire::Alive& claim) {
  judge(step, claim, true);
}

}  // namespace hearsay::swim
