#include "swim/members/reclaim.h"

#include <algorithm>
#include <utility>

#include "swim/core.h"
#include "swim/members/claims.h"
#include "swim/members/probe_answers.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

using Reclaim = Reclaims::Reclaim;

/// To each address, half a probe timeout apart: one packet may be lost.
constexpr int pings_each = 3;

std::uint32_t next_seq_no(Core& core) {
  return ++core.prober.last_seq_no;
}

void take_content(Reclaim& reclaim, const wire::Alive& claim) {
  reclaim.incarnation = claim.incarnation;
  reclaim.meta.assign(claim.meta.begin(), claim.meta.end());
  reclaim.versions = Versions::from_wire(claim.vsn).value_or(Versions{});
}

void send_pings(Step& step, Reclaim& reclaim) {
  const Duration timeout = step.core.config.timing.probe_timeout;
  if (reclaim.from != reclaim.to) {
    send_alone(step, reclaim.from, ping_for(step.core, reclaim.name, reclaim.from_seq_no));
  }
  send_alone(step, reclaim.to, ping_for(step.core, reclaim.name, reclaim.to_seq_no));
  // The last one has a whole timeout to be answered.
  reclaim.next = step.now + (--reclaim.pings_left > 0 ? timeout / 2 : timeout);
}

void admit(Step& step, const Reclaim& reclaim) {
  admit_verified(step, {.incarnation = reclaim.incarnation,
                        .node = reclaim.name,
                        .addr = reclaim.to.ip.wire(),
                        .port = reclaim.to.port,
                        .meta = reclaim.meta,
                        .vsn = reclaim.versions.wire()});
}

void conclude(Step& step, const Reclaim& reclaim) {
  if (reclaim.to_answered) {
    admit(step, reclaim);
  } else {
    ++step.core.counters.reclaims_refused;
  }
}

/// Does the member itself say that it is at the new address?
bool has_moved(const Reclaim& reclaim, std::span<const wire::PushNodeState> nodes) {
  const auto own = std::ranges::find(nodes, reclaim.name, &wire::PushNodeState::name);
  if (own == nodes.end() || static_cast<wire::NodeState>(own->state) != wire::NodeState::alive) {
    return false;
  }
  const auto ip = IpAddress::from_wire(own->addr);
  return ip && Endpoint{*ip, own->port} == reclaim.to;
}

}  // namespace

Instant Reclaims::next_deadline() const noexcept {
  Instant next = never;
  for (const Reclaim& reclaim : running) {
    next = std::min(next, reclaim.next);
  }
  return next;
}

void begin_reclaim(Step& step, MemberId id, const wire::Alive& claim, const Endpoint& to) {
  Core& core = step.core;
  std::vector<Reclaim>& running = core.reclaims.running;
  const auto known = std::ranges::find(running, claim.node, &Reclaim::name);
  if (known != running.end()) {
    if (known->to == to && known->incarnation < claim.incarnation) {
      take_content(*known, claim);
    }
    return;
  }
  if (running.size() >= core.config.limits.reclaims) {
    ++core.counters.reclaims_refused;
    return;
  }
  Reclaim& reclaim = running.emplace_back(Reclaim{.name = std::string(claim.node),
                                                  .from = core.members[id].at,
                                                  .to = to,
                                                  .incarnation = 0,
                                                  .meta = {},
                                                  .versions = {},
                                                  .from_seq_no = next_seq_no(core),
                                                  .to_seq_no = next_seq_no(core),
                                                  .pings_left = pings_each,
                                                  .next = never});
  take_content(reclaim, claim);
  send_pings(step, reclaim);
}

bool take_reclaim_ack(Step& step, std::uint32_t seq_no) {
  std::vector<Reclaim>& running = step.core.reclaims.running;
  const auto found = std::ranges::find_if(running, [seq_no](const Reclaim& reclaim) {
    return reclaim.from_seq_no == seq_no || reclaim.to_seq_no == seq_no;
  });
  if (found == running.end()) {
    return false;
  }
  if (found->to_seq_no == seq_no) {
    found->to_answered = true;
    return true;
  }
  if (found->next != never) {
    // Somebody is at home.
    found->next = never;
    open_reclaim(step, found->from, found->name);
  }
  return true;
}

void end_reclaim(Step& step, std::string_view name, std::span<const wire::PushNodeState> nodes) {
  std::vector<Reclaim>& running = step.core.reclaims.running;
  const auto found = std::ranges::find(running, name, &Reclaim::name);
  if (found == running.end()) {
    return;
  }
  const Reclaim over = std::move(*found);
  running.erase(found);
  if (has_moved(over, nodes)) {
    return admit(step, over);
  }
  ++step.core.counters.reclaims_refused;
  report_conflict(step, over.name, over.from, over.to);
}

void run_reclaims(Step& step) {
  std::vector<Reclaim>& running = step.core.reclaims.running;
  for (std::size_t i = 0; i < running.size();) {
    if (running[i].next > step.now) {
      ++i;
    } else if (running[i].pings_left > 0) {
      send_pings(step, running[i]);
      ++i;
    } else {
      const Reclaim over = std::move(running[i]);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      conclude(step, over);
    }
  }
}

}  // namespace hearsay::swim
