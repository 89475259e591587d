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

/// A pruned name as the peer's detector has it, which may have forgotten it.
struct Listed {
  MemberId id = no_member;
  bool alive = false;
  bool same_life = false;  // dead there too, and not after a life that this node has missed
};

/// By id.
std::vector<Listed> pruned_among(const Core& core, std::span<const wire::PushNodeState> nodes) {
  std::vector<Listed> found;
  for (const wire::PushNodeState& node : nodes) {
    const MemberId id = core.members.find(node.name);
    if (id != no_member && is_pruned(core.members[id])) {
      const auto state = static_cast<wire::NodeState>(node.state);
      const bool alive = state == wire::NodeState::alive || state == wire::NodeState::suspect;
      found.push_back({.id = id,
                       .alive = alive,
                       .same_life = !alive && node.incarnation <= core.members[id].incarnation});
    }
  }
  std::ranges::sort(found, {}, &Listed::id);
  return found;
}

Listed find_listed(std::span<const Listed> listed, MemberId id) {
  const auto found = std::ranges::lower_bound(listed, id, {}, &Listed::id);
  return found != listed.end() && found->id == id ? *found : Listed{};
}

/// Does the peer still list a name that is pruned here? A late time alone says nothing: of a member that has
/// left, peers raise it by one in each exchange, and of one that died it may be of an intent that was on its
/// way when the name was pruned, and that this node never heard.
bool missed(const Member& member, const Listed& there, std::uint64_t their_ltime, bool left_there) {
  const bool gone = member.liveness == Liveness::dead || member.liveness == Liveness::left;
  const bool of_that_life = left_there || there.same_life || their_ltime <= member.status_ltime;
  return gone && !there.alive && of_that_life;
}

/// The pruning is newer than what the peer holds of the name. False if no time is.
bool date_after(Step& step, Member& member, std::uint64_t their_ltime) {
  const std::uint64_t ltime = std::max(member.status_ltime, their_ltime + 1);
  if (!step.core.member_clock.witness(ltime)) {
    ++step.core.counters.lamport_refused;
    return false;
  }
  member.status_ltime = ltime;
  return true;
}

void repeat_prune(Step& step, const Endpoint& to, const Member& member) {
  Buffer message;
  wire::encode(wire::LeaveIntent{.ltime = member.status_ltime, .node = member.name(), .prune = true},
               message);
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

void repeat_prunes(Step& step, const std::optional<Endpoint>& to, std::span<const wire::PushNodeState> nodes,
                   const wire::PushPullState& remote) {
  Core& core = step.core;
  // Mostly nothing is pruned here, and the lists below are long.
  const bool none = core.members.row_count() == core.members.member_count();
  if (none || !core.config.habits.repeat_prunes) {
    return;
  }
  const std::vector<Listed> listed = pruned_among(core, nodes);
  std::vector<std::string_view> left(remote.left_members.begin(), remote.left_members.end());
  std::ranges::sort(left);
  std::size_t repeated = 0;
  for (const auto& status : remote.status_ltimes) {
    const MemberId id = core.members.find(status.name);
    if (id == no_member || !is_pruned(core.members[id])) {
      continue;
    }
    Member& member = core.members[id];
    const Listed there = find_listed(listed, id);
    if (!missed(member, there, status.ltime, std::ranges::binary_search(left, status.name))) {
      continue;
    }
    // Where this node cannot tell the peer, it dates the pruning all the same: when it dials, the peer's
    // detector may have forgotten what it shows now.
    if ((!to && !there.same_life) || !date_after(step, member, status.ltime)) {
      continue;
    }
    if (to) {
      repeat_prune(step, *to, member);
      if (++repeated == repeated_max) {
        return;
      }
    }
  }
}

}  // namespace hearsay::swim
