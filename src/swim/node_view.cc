// What a node shows of itself, and what must always hold of it.
#include "swim/core.h"
#include "swim/gossip/asking.h"
#include "swim/invariant.h"
#include "swim/members/claims.h"
#include "swim/node.h"

namespace hearsay::swim {

const wire::Keyring& Node::keyring() const noexcept {
  return core_->keyring;
}

Duration Node::default_query_timeout() const {
  return swim::default_query_timeout(*core_);
}

const MemberTable& Node::members() const noexcept {
  return core_->members;
}

MemberId Node::self() const noexcept {
  return core_->self;
}

const Config& Node::config() const noexcept {
  return core_->config;
}

const Tags& Node::tags() const noexcept {
  return core_->config.tags;
}

Phase Node::phase() const noexcept {
  return core_->phase;
}

bool Node::takes_streams() const noexcept {
  return core_->exchanges.inbound < core_->config.limits.streams_inbound;
}

Stats Node::stats() const {
  const Core& core = *core_;
  return {.members = core.members.member_count(),
          .failed = core.members.count(MemberStatus::failed),
          .left = core.members.count(MemberStatus::left),
          .health_score = core.health.score(),
          .member_time = core.member_clock.time(),
          .event_time = core.event_clock.time(),
          .query_time = core.query_clock.time(),
          .member_queue = core.member_rumors.size(),
          .intent_queue = core.intent_rumors.size(),
          .event_queue = core.event_rumors.size(),
          .query_queue = core.query_rumors.size(),
          .encrypted = !core.keyring.empty()};
}

Counters Node::counters() const {
  Counters counters = core_->counters;
  counters.rumors_dropped = core_->member_rumors.dropped() + core_->intent_rumors.dropped() +
                            core_->query_rumors.dropped() + core_->event_rumors.dropped();
  counters.intents_dropped = core_->recent_intents.refused();
  return counters;
}

Gauges Node::gauges() const {
  const Core& core = *core_;
  return {.members_held = core.members.row_count(),
          .graves_held = core.graveyard.graves.size(),
          .reclaims_open = core.reclaims.running.size(),
          .suspicions_open = core.suspicions.size(),
          .member_rumors_waiting = core.member_rumors.size(),
          .intent_rumors_waiting = core.intent_rumors.size(),
          .event_rumors_waiting = core.event_rumors.size(),
          .query_rumors_waiting = core.query_rumors.size(),
          .recent_intents_held = core.recent_intents.size(),
          .indirect_probes_open = core.indirect_probes.running.size(),
          .extra_probes_waiting = core.prober.extra.size(),
          .flaps_held = core.flaps.size(),
          .own_queries_open = core.own_queries.running.size(),
          .queries_answerable = core.open_queries.open.size(),
          .streams_open = core.exchanges.running.size(),
          .stream_bytes_held = core.exchanges.held(),
          .key_uses_estimated = core.key_use.estimate};
}

std::optional<Coordinate> Node::coordinate(std::string_view name) const {
  const Core& core = *core_;
  const MemberId id = core.members.find(name);
  if (id == no_member || !core.config.coordinates) {
    return std::nullopt;
  }
  if (is_self(core, id)) {
    return core.coordinates.own();
  }
  const auto found = core.peer_coordinates.find(id);
  return found == core.peer_coordinates.end() ? std::nullopt : std::optional(found->second);
}

void Node::check_invariants() const {
  const Core& core = *core_;
  const Member& own = core.own();
  HEARSAY_INVARIANT(own.liveness == Liveness::alive || core.phase != Phase::running);
  HEARSAY_INVARIANT(own.incarnation > 0);
  HEARSAY_INVARIANT(core.members.row_count() <= core.config.limits.members);
  HEARSAY_INVARIANT(core.member_rumors.size() <= core.config.limits.member_queue_depth);
  HEARSAY_INVARIANT(core.exchanges.inbound <= core.config.limits.streams_inbound);
  std::size_t suspects = 0;
  core.members.for_each([&](MemberId id, const Member& member) {
    HEARSAY_INVARIANT(core.members.find(member.name()) == id);
    HEARSAY_INVARIANT(member.detected() || member.status != MemberStatus::none);
    HEARSAY_INVARIANT((member.liveness == Liveness::suspect) == core.suspicions.running(id));
    suspects += member.liveness == Liveness::suspect ? 1 : 0;
  });
  HEARSAY_INVARIANT(suspects == core.suspicions.size());
  HEARSAY_INVARIANT(suspects == core.members.count(Liveness::suspect));
}

}  // namespace hearsay::swim
