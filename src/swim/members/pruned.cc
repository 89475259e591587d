#include "swim/members/pruned.h"

#include <algorithm>
#include <vector>

#include "swim/members/probe_round.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

/// Told again to one peer after one exchange; what is over comes after the next.
constexpr std::size_t repeated_max = 64;

/// Does the peer still list a name that is pruned here? Of a member that has left, peers raise the time
/// by one in each exchange, so that a late time alone says nothing there.
bool missed(const Core& core, MemberId id, std::uint64_t their_ltime, bool left_there) {
  if (id == no_member || !is_pruned(core.members[id])) {
    return false;
  }
  const Member& member = core.members[id];
  const bool gone = member.liveness == Liveness::dead || member.liveness == Liveness::left;
  return gone && (left_there || their_ltime < member.status_ltime);
}

/// Names that are pruned here and that the peer finds alive.
std::vector<MemberId> alive_there(const Core& core, std::span<const wire::PushNodeState> nodes) {
  std::vector<MemberId> alive;
  for (const wire::PushNodeState& node : nodes) {
    const auto state = static_cast<wire::NodeState>(node.state);
    const MemberId id = core.members.find(node.name);
    if ((state == wire::NodeState::alive || state == wire::NodeState::suspect) && id != no_member &&
        is_pruned(core.members[id])) {
      alive.push_back(id);
    }
  }
  std::ranges::sort(alive);
  return alive;
}

void repeat_prune(Step& step, const Endpoint& to, MemberId id, std::uint64_t their_ltime) {
  Member& member = step.core.members[id];
  const std::uint64_t ltime = std::max(member.status_ltime, their_ltime + 1);
  if (!step.core.member_clock.witness(ltime)) {
    ++step.core.counters.lamport_refused;
    return;
  }
  member.status_ltime = ltime;
  Buffer message;
  wire::encode(wire::LeaveIntent{.ltime = ltime, .node = member.name(), .prune = true}, message);
  send_serf_message(step, to, message);
  ++step.core.counters.prunes_repeated;
}

}  // namespace

void prune_member(Step& step, MemberId id) {
  Core& core = step.core;
  emit_member(step, MemberEventKind::reap, core.members[id]);
  core.members.set_status(id, MemberStatus::none, step.now);
  if (!core.members[id].detected()) {
    core.members.set_liveness(id, Liveness::dead, step.now);
    schedule_probes_of(step, id);
  }
}

void repeat_prunes(Step& step, const Endpoint& to, std::span<const wire::PushNodeState> nodes,
                   const wire::PushPullState& remote) {
  const Core& core = step.core;
  // Mostly nothing is pruned here, and the lists below are long.
  const bool none = core.members.row_count() == core.members.member_count();
  if (none || !core.config.habits.repeat_prunes) {
    return;
  }
  const std::vector<MemberId> alive = alive_there(core, nodes);
  std::vector<std::string_view> left(remote.left_members.begin(), remote.left_members.end());
  std::ranges::sort(left);
  std::size_t repeated = 0;
  for (const auto& status : remote.status_ltimes) {
    const MemberId id = core.members.find(status.name);
    if (missed(core, id, status.ltime, std::ranges::binary_search(left, status.name)) &&
        !std::ranges::binary_search(alive, id)) {
      repeat_prune(step, to, id, status.ltime);
      if (++repeated == repeated_max) {
        return;
      }
    }
  }
}

}  // namespace hearsay::swim
