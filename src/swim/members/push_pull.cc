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

/// A newcomer's only peers are those it is now told of, by one who knows them all and can tell them itself.
/// Unless it is in touch with another, who may know others. Of a few it tells all the same: they may have
/// come just now, and missed each other.
bool known_to_all_peers(const Core& core, std::size_t told_of, const MergeFrom& from) {
  const std::size_t this_one = from.dialled ? 1 : 0;
  return core.config.habits.crowd_tells_less && told_of >= crowd_from && !core.has_peers() &&
         core.exchanges.dialled() == this_one;
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
  step.known_to_all = known_to_all_peers(core, remote.nodes.size(), from);
  // Strangers are told of: growing as it goes would touch twice as much memory.
  const std::size_t strangers =
      remote.nodes.size() - std::min(remote.nodes.size(), core.members.node_count());
  step.out.events.reserve(step.out.events.size() + strangers);
  for (const wire::PushNodeState& state : remote.nodes) {
    merge_state(step, state);
  }
  step.known_to_all = false;
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
  const int most = core.config.habits.exchanges_after_join;
  if (most == 0 || core.crowd.settles != never) {
    return;
  }
  core.early_push_pulls = core.members.node_count() < crowd_from ? most : 1;
  const Duration first = early_interval / 2 + stagger(core, early_interval);
  core.next_push_pull = std::min(core.next_push_pull, step.now + first);
}

void run_push_pull(Step& step) {
  Core& core = step.core;
  if (step.now < core.next_push_pull) {
    return;
  }
  const bool early = core.early_push_pulls > 0 && --core.early_push_pulls > 0;
  core.next_push_pull = step.now + (early ? early_interval : push_pull_interval(core));
  const MemberId id = pick_alive(core);
  if (id != no_member) {
    open_push_pull(step, core.members[id].at);
  }
}

}  // namespace hearsay::swim
