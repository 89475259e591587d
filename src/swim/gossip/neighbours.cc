#include "swim/gossip/neighbours.h"

#include <algorithm>

#include "swim/core.h"
#include "swim/members/ring.h"
#include "swim/members/sampling.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

/// The ring is made anew so often if somebody came or went: it costs a walk through the table.
constexpr Duration made_every = std::chrono::seconds(1);

/// As many as a rumor has copies left after a first round of `k`, all but one of it by lot.
std::size_t ring_size(const Core& core, std::size_t k) {
  const std::size_t copies = most_copies(core, core.members.node_count());
  return copies > k ? copies - k + 1 : 1;
}

void make_ring(Step& step, std::size_t k) {
  Core& core = step.core;
  RingWindow window(ring_position(core.own().name()), ring_size(core, k));
  core.members.for_each([&](MemberId id, const Member& member) {
    if (hears_gossip(core, id, member, step.now)) {
      window.offer(id, ring_position(member.name()));
    }
  });
  core.neighbours.ring = window.ids();
  core.neighbours.next = 0;
  core.neighbours.among = core.members.node_count();
  core.neighbours.stale = false;
  core.neighbours.made = step.now;
}

/// Whoever knows few yet, as all do that are started together, must not go on telling only those.
void keep_ring(Step& step, std::size_t k) {
  const Neighbours& neighbours = step.core.neighbours;
  const bool grown = step.core.members.node_count() >= 2 * neighbours.among;
  if (neighbours.stale && (grown || step.now - neighbours.made >= made_every)) {
    make_ring(step, k);
  }
}

/// Appends the next `k` neighbours that hear.
void walk(Step& step, std::size_t k, std::vector<MemberId>& chosen) {
  const Core& core = step.core;
  Neighbours& neighbours = step.core.neighbours;
  for (std::size_t left = neighbours.ring.size(); left > 0 && chosen.size() < k; --left) {
    const MemberId id = neighbours.ring[neighbours.next];
    neighbours.next = (neighbours.next + 1) % neighbours.ring.size();
    if (core.members.occupied(id) && hears_gossip(core, id, core.members[id], step.now)) {
      chosen.push_back(id);
    } else {
      neighbours.stale = true;
    }
  }
}

}  // namespace

void RingWindow::offer(MemberId id, std::uint64_t position) {
  const std::pair offered(position - own_, id);  // around the end of the ring too
  if (nearest_.size() == most_) {
    if (most_ == 0 || offered >= nearest_.back()) {
      return;
    }
    nearest_.pop_back();
  }
  nearest_.insert(std::ranges::lower_bound(nearest_, offered), offered);
}

std::vector<MemberId> RingWindow::ids() const {
  std::vector<MemberId> ids(nearest_.size());
  std::ranges::transform(nearest_, ids.begin(), [](const auto& near) { return near.second; });
  return ids;
}

void choose_listeners(Step& step, std::size_t k, bool fresh) {
  Core& core = step.core;
  std::vector<MemberId>& in_order = core.neighbours.walked;
  in_order.clear();
  if (core.config.habits.neighbours) {
    keep_ring(step, k);
    const std::size_t of_fresh = k > 1 ? 1 : 0;
    walk(step, fresh ? of_fresh : k, in_order);
  }
  sample_members(core, k - in_order.size(), core.chosen, [&](MemberId id, const Member& member) {
    return hears_gossip(core, id, member, step.now) && std::ranges::find(in_order, id) == in_order.end();
  });
  core.chosen.insert(core.chosen.begin(), in_order.begin(), in_order.end());
}

}  // namespace hearsay::swim
