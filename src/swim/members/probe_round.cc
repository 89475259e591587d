#include "swim/members/probe_round.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "swim/core.h"
#include "swim/invariant.h"
#include "swim/members/claims.h"
#include "swim/members/probe_order.h"
#include "swim/members/pruned.h"
#include "swim/members/ring.h"
#include "swim/members/roster.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

/// Long enough dead for everybody to have heard of it. A name that was pruned is held for longer.
bool long_gone(const Core& core, const Member& member, Instant now) {
  const bool left = member.liveness == Liveness::left && core.config.habits.forget_the_left;
  const bool gone = member.liveness == Liveness::dead || left;
  const Duration held =
      is_pruned(member) ? core.config.serf.tombstone_timeout : core.config.timing.gossip_to_the_dead;
  return gone && now - member.liveness_since > held;
}

/// A round is over: names dead for long are forgotten, and the next round has another order.
void begin_round(Step& step) {
  Core& core = step.core;
  Prober& prober = core.prober;
  std::vector<MemberId> over;
  std::erase_if(prober.order, [&](MemberId id) {
    if (long_gone(core, core.members[id], step.now) && !is_self(core, id)) {
      over.push_back(id);
      return true;
    }
    return false;
  });
  for (const MemberId id : over) {
    forget_node(step, id);
  }
  if (prober.order.size() <= 1) {
    prober.next_probe = never;
  }
  if (!core.config.habits.balanced_probes) {
    core.random.shuffle(std::span(prober.order));
  }
  prober.next = 0;
}

/// Who came since is put where it stands in the ring.
void keep_order(Core& core) {
  Prober& prober = core.prober;
  if (prober.ordered) {
    return;
  }
  std::vector<std::pair<std::uint64_t, MemberId>> places;
  places.reserve(prober.order.size());
  for (const MemberId id : prober.order) {
    places.emplace_back(ring_position(core.members[id].name()), id);
  }
  std::ranges::sort(places);
  std::ranges::transform(places, prober.order.begin(), [](const auto& place) { return place.second; });
  prober.ordered = true;
}

/// Where this node stands in the ring: mostly where it stood the beat before.
std::size_t own_place(Core& core) {
  const auto& order = core.prober.order;
  std::size_t& place = core.prober.own_place;
  if (place >= order.size() || !is_self(core, order[place])) {
    place = static_cast<std::size_t>(
        std::ranges::find_if(order, [&](MemberId id) { return is_self(core, id); }) - order.begin());
    HEARSAY_INVARIANT(place < order.size());
  }
  return place;
}

/// Whose turn it is in the beat that has just begun. In place of one that is dead its successor is probed.
MemberId target_of_beat(Step& step) {
  Core& core = step.core;
  Prober& prober = core.prober;
  if (++prober.next > core.members.count(Liveness::alive) + core.members.count(Liveness::suspect)) {
    begin_round(step);
  }
  const auto& order = prober.order;
  if (order.size() < 2) {
    return no_member;
  }
  keep_order(core);
  const std::size_t first = own_place(core) + probe_offset(prober.last_seq_no >> beat_shift, order.size());
  for (std::size_t further = 0; further < order.size(); ++further) {
    const MemberId id = order[(first + further) % order.size()];
    if (worth_probing(step, id)) {
      return id;
    }
  }
  return no_member;
}

MemberId next_by_lot(Step& step) {
  Prober& prober = step.core.prober;
  for (std::size_t looked = 0; looked <= prober.order.size(); ++looked) {
    if (prober.next >= prober.order.size()) {
      begin_round(step);
      if (prober.order.empty()) {
        return no_member;
      }
    }
    const MemberId id = prober.order[prober.next++];
    if (worth_probing(step, id)) {
      return id;
    }
  }
  return no_member;
}

}  // namespace

bool worth_probing(const Step& step, MemberId id) {
  const Core& core = step.core;
  const Liveness liveness = core.members[id].liveness;
  return !is_self(core, id) && (liveness == Liveness::alive || liveness == Liveness::suspect);
}

MemberId next_target(Step& step) {
  return step.core.config.habits.balanced_probes ? target_of_beat(step) : next_by_lot(step);
}

void schedule_probes_of(Step& step, MemberId id) {
  Core& core = step.core;
  Prober& prober = core.prober;
  prober.order.push_back(id);
  prober.ordered = false;
  if (!core.config.habits.balanced_probes) {
    const std::size_t at = core.random.below(static_cast<std::uint32_t>(prober.order.size()));
    std::swap(prober.order[at], prober.order.back());
  }
  if (prober.next_probe == never && prober.order.size() > 1) {
    prober.next_probe = step.now + stagger(core, core.config.timing.probe_interval);
  }
}

void unschedule_probes_of(Step& step, MemberId id) {
  Prober& prober = step.core.prober;
  const auto at = std::ranges::find(prober.order, id);
  if (at != prober.order.end()) {
    prober.next -= static_cast<std::size_t>(at - prober.order.begin()) < prober.next ? 1U : 0U;
    prober.order.erase(at);
  }
}

}  // namespace hearsay::swim
