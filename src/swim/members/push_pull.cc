#include "swim/members/push_pull.h"

#include <algorithm>
#include <bit>

#include "swim/members/claims.h"
#include "swim/members/sampling.h"
#include "swim/members/version_check.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

/// Up to here a push/pull costs so little that its interval is not stretched.
constexpr std::size_t scale_from_nodes = 32;
/// Between the exchanges after a join.
constexpr Duration early_interval = std::chrono::seconds(1);

wire::PushNodeState push_state(const Member& member) {
  return {.name = member.name(),
          .addr = member.at.ip.wire(),
          .port = member.at.port,
          .meta = member.meta(),
          .incarnation = member.incarnation,
          .state = static_cast<std::int64_t>(member.liveness),
          .vsn = member.versions.wire()};
}

/// Another's word that a member is dead is only a suspicion here: it may be wrong, and the member
/// gets its chance to refute.
void merge_state(Step& step, const wire::PushNodeState& state) {
  switch (static_cast<wire::NodeState>(state.state)) {
    case wire::NodeState::alive:
      return on_alive(step, {.incarnation = state.incarnation,
                             .node = state.name,
                             .addr = state.addr,
                             .port = state.port,
                             .meta = state.meta,
                             .vsn = state.vsn});
    case wire::NodeState::left:
      return on_dead(step, {.incarnation = state.incarnation, .node = state.name, .from = state.name});
    case wire::NodeState::dead:
    case wire::NodeState::suspect:
      return on_suspect_in_table(step, state.name, state.incarnation);
  }
}

/// Amply: what is told now has reached whom it reaches.
Duration gossip_takes(const Core& core) {
  return core.config.timing.push_pull_interval / 3;
}

/// By lot, as others dropped rumors at the same time.
Instant when_gossip_is_over(Step& step) {
  const Duration takes = gossip_takes(step.core);
  return step.now + takes + stagger(step.core, takes);
}

}  // namespace

void encode_push_pull(const Core& core, bool join, Buffer& out) {
  Buffer user_state;
  encode_push_pull_state(core, user_state);
  wire::encode(wire::PushPullHeader{.nodes = static_cast<std::int64_t>(core.members.node_count()),
                                    .user_state_len = static_cast<std::int64_t>(user_state.size()),
                                    .join = join},
               out);
  core.members.for_each([&](MemberId, const Member& member) {
    if (member.detected()) {
      wire::encode(push_state(member), out);
    }
  });
  append(out, user_state);
}

tl::expected<void, std::string> merge_push_pull(Step& step, const wire::PushPull& remote,
                                                const MergeFrom& from) {
  Core& core = step.core;
  if (auto compatible = check_versions(core, remote.nodes); !compatible) {
    ++core.counters.merges_refused;
    return compatible;
  }
  for (const wire::PushNodeState& state : remote.nodes) {
    merge_state(step, state);
  }
  if (!remote.user_state.empty()) {
    merge_push_pull_state(step, remote, from);
  }
  return {};
}

Duration push_pull_interval(const Core& core) {
  const std::size_t n = core.members.node_count();
  const Duration base = core.config.timing.push_pull_interval;
  if (n <= scale_from_nodes) {
    return base;
  }
  // ceil(log2 n - log2 32) + 1, without logarithms.
  return base * (std::bit_width((n - 1) / scale_from_nodes) + 1);
}

void exchange_soon(Step& step) {
  Core& core = step.core;
  core.early_push_pulls = core.config.habits.exchanges_after_join;
  if (core.early_push_pulls == 0) {
    return;
  }
  const Duration first = early_interval / 2 + stagger(core, early_interval);
  core.next_push_pull = std::min(core.next_push_pull, step.now + first);
}

void make_up_for_drop(Step& step) {
  Core& core = step.core;
  core.rumor_dropped = step.now;
  if (core.config.habits.exchange_on_drops && core.push_pull_after_drops == never) {
    core.push_pull_after_drops = when_gossip_is_over(step);
  }
}

Instant next_exchange(const Core& core) {
  return std::min(core.next_push_pull, core.push_pull_after_drops);
}

void run_push_pull(Step& step) {
  Core& core = step.core;
  if (step.now < next_exchange(core)) {
    return;
  }
  const MemberId id = pick_alive(core);
  if (step.now >= core.push_pull_after_drops) {
    const bool over = step.now - core.rumor_dropped >= gossip_takes(core);
    core.push_pull_after_drops = over && id != no_member ? never : when_gossip_is_over(step);
  }
  const bool early = core.early_push_pulls > 0 && --core.early_push_pulls > 0;
  core.next_push_pull = step.now + (early ? early_interval : push_pull_interval(core));
  if (id != no_member) {
    open_push_pull(step, core.members[id].at);
  }
}

}  // namespace hearsay::swim
