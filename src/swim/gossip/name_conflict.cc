#include "swim/gossip/name_conflict.h"

#include "swim/gossip/asking.h"
#include "swim/gossip/internal_queries.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

/// Serf's node gives way even when nobody votes. Here fewer voters than this decide nothing: one
/// forged packet, or a partition, must not stop an agent.
constexpr std::size_t voters_min = 3;

bool is_other_member(const Core& core, std::string_view voter) {
  const MemberId id = core.members.find(voter);
  return id != no_member && id != core.self && core.members[id].status == MemberStatus::alive;
}

}  // namespace

void begin_conflict_vote(Step& step) {
  Core& core = step.core;
  if (!core.config.resolve_conflicts || core.conflict_vote || core.phase != Phase::running) {
    return;
  }
  core.conflict_vote = ConflictVotes{};
  const std::string name(core.own().name());
  if (!begin_query(step, internal_command, conflict_query, as_bytes(name), {})) {
    core.conflict_vote.reset();
  }
}

void take_conflict_vote(Step& step, std::string_view voter, Bytes payload) {
  Core& core = step.core;
  const bool typed =
      payload.size() > 1 && payload.front() == static_cast<std::byte>(wire::SerfType::conflict_response);
  if (!core.conflict_vote || !typed || !is_other_member(core, voter)) {
    return;
  }
  const auto vote = wire::decode<wire::ConflictVote>(payload.subspan(1));
  const auto ip = vote ? IpAddress::from_wire(vote->addr) : std::nullopt;
  if (!ip) {
    return;  // does not know the name: no vote
  }
  ++core.conflict_vote->votes;
  core.conflict_vote->votes_for += Endpoint{*ip, vote->port} == core.own().at ? 1U : 0U;
}

void end_conflict_vote(Step& step) {
  Core& core = step.core;
  if (!core.conflict_vote) {
    return;
  }
  const ConflictVotes votes = *core.conflict_vote;
  core.conflict_vote.reset();
  const std::size_t against = votes.votes - votes.votes_for;
  step.out.events.emplace_back(
      ConflictResolved{.lost = votes.votes >= voters_min && against * 2 > votes.votes,
                       .votes_for = votes.votes_for,
                       .votes = votes.votes});
}

}  // namespace hearsay::swim
