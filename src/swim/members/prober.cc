#include "swim/members/prober.h"

#include <algorithm>
#include <string>

#include "swim/core.h"
#include "swim/gossip/coordinates.h"
#include "swim/members/claims.h"
#include "swim/members/probe_answers.h"
#include "swim/members/probe_order.h"
#include "swim/members/probe_round.h"
#include "swim/members/refusals.h"
#include "swim/members/roster.h"
#include "swim/members/sampling.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

/// A suspect is told so in the same packet, to refute at once (Lifeguard's buddy system).
void send_probe(Step& step, const Member& target, std::uint32_t seq_no) {
  const Core& core = step.core;
  const wire::Ping ping = ping_for(core, target.name(), seq_no);
  if (target.liveness != Liveness::suspect || !core.config.lifeguard.buddy) {
    return send_with_rumors(step, target.at, ping);
  }
  const wire::Suspect suspect{
      .incarnation = target.incarnation, .node = target.name(), .from = core.own().name()};
  send_pair(step, target, ping, suspect);
}

/// Until others are asked. How far a member is that has never answered, nobody knows.
Duration patience_with(const Core& core, MemberId target) {
  const Duration most = core.config.timing.probe_timeout;
  const auto at = core.peer_coordinates.find(target);
  if (!core.config.habits.measured_timeouts || at == core.peer_coordinates.end()) {
    return most;
  }
  const double far = std::clamp(distance(core.coordinates.own(), at->second), 0.0, 10.0);
  const auto expected = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(far));
  return core.prober.round_trips.patience(expected, most);
}

void start_probe(Step& step, MemberId target) {
  Core& core = step.core;
  Prober& prober = core.prober;
  const Timing& timing = core.config.timing;
  const std::uint32_t seq_no = ++prober.last_seq_no;
  prober.running = Prober::Probe{.seq_no = seq_no,
                                 .target = target,
                                 .incarnation = core.members[target].incarnation,
                                 .sent = step.now,
                                 .indirect_at = step.now + patience_with(core, target),
                                 .ends = step.now + core.health.scale(timing.probe_interval),
                                 .fallback = std::nullopt};
  core.counters.probes_degraded += core.health.score() > 0 ? 1U : 0U;
  send_probe(step, core.members[target], seq_no);
  prober.running->quote.remember(last_datagram(step.out));
}

void ask_others(Step& step, Prober::Probe& probe) {
  Core& core = step.core;
  const Member& target = core.members[probe.target];
  const Member& own = core.own();
  std::vector<MemberId>& helpers = core.chosen;
  sample_members(core, static_cast<std::size_t>(core.config.timing.indirect_checks), helpers,
                 [&](MemberId id, const Member& member) {
                   return !is_self(core, id) && id != probe.target && member.liveness == Liveness::alive;
                 });
  for (const MemberId id : helpers) {
    const Member& helper = core.members[id];
    const bool nack = helper.versions.protocol_max >= Versions::nack;
    probe.nacks_expected += nack ? 1 : 0;
    send_with_rumors(step, helper.at,
                     wire::IndirectPing{.seq_no = probe.seq_no,
                                        .target = target.at.ip.wire(),
                                        .port = target.at.port,
                                        .node = target.name(),
                                        .nack = nack,
                                        .source_addr = own.at.ip.wire(),
                                        .source_port = own.at.port,
                                        .source_node = own.name()});
  }
}

void abandon(Step& step) {
  auto& running = step.core.prober.running;
  const auto fallback = running->fallback;
  running.reset();
  if (fallback) {
    close_exchange(step, *fallback);
  }
}

void conclude(Step& step) {
  measure_since(step, Measured::What::probe, step.core.prober.running->sent);
  abandon(step);
}

/// Since the probe began others heard from it, if not this node.
bool spoke_since(const Core& core, const Prober::Probe& probe) {
  const Member& target = core.members[probe.target];
  return core.config.habits.refutation_answers && target.liveness == Liveness::alive &&
         target.incarnation > probe.incarnation;
}

/// Lifeguard: if helpers that should have answered at least with a nack did not, this node is as
/// likely to be the slow one as the target.
void give_up(Step& step) {
  Core& core = step.core;
  const Prober::Probe probe = *core.prober.running;
  conclude(step);
  ++core.counters.probes_failed;
  core.health.apply(probe.nacks_expected > 0 ? probe.nacks_expected - probe.nacks_received() : +1);
  if (spoke_since(core, probe)) {
    return;
  }
  const std::string name(core.members[probe.target].name());
  notice(step, Notice::Level::info, "memberlist: Suspect " + name + " has failed, no acks received");
  find_suspect(step, probe.target);
  if (corroborated(probe, false)) {
    found_nobody(step, probe);
  }
}

/// Keeps the beat: probes begin at whole intervals, and one that takes longer costs the beats it
/// overlaps.
void probe_next(Step& step) {
  Core& core = step.core;
  Prober& prober = core.prober;
  const Duration interval = core.config.timing.probe_interval;
  if (core.config.habits.balanced_probes) {
    const auto missed = static_cast<std::uint32_t>((step.now - prober.next_probe) / interval);
    prober.last_seq_no = beats_after(prober.last_seq_no, 1 + missed);
  }
  prober.next_probe += interval;
  if (prober.next_probe <= step.now) {
    prober.next_probe = step.now + interval;
  }
  const MemberId target = next_target(step);
  if (target != no_member) {
    start_probe(step, target);
  }
}

/// Those beside the round wait for the beat: it has the right of way.
void probe_extra(Step& step) {
  Prober& prober = step.core.prober;
  const MemberId id = prober.extra.front().id;
  prober.extra.erase(prober.extra.begin());
  if (worth_probing(step, id)) {
    start_probe(step, id);
  }
}

}  // namespace

void go_indirect(Step& step) {
  Core& core = step.core;
  Prober::Probe& probe = *core.prober.running;
  if (probe.indirect) {
    return;
  }
  probe.indirect = true;
  ask_others(step, probe);
  const Member& target = core.members[probe.target];
  if (target.versions.protocol_max >= Versions::tcp_ping) {
    probe.fallback = open_fallback_ping(step, target.at, target.name(), probe.seq_no, probe.ends);
  }
}

void conclude_if_gone(Step& step) {
  const auto& running = step.core.prober.running;
  if (running && corroborated(*running, true)) {
    give_up(step);
  }
}

Instant Prober::next_deadline() const noexcept {
  if (running) {
    return running->indirect ? running->ends : std::min(running->indirect_at, running->ends);
  }
  return extra.empty() ? next_probe : std::min(next_probe, extra.front().at);
}

void forget_probes_of(Step& step, MemberId id) {
  Prober& prober = step.core.prober;
  std::erase_if(prober.extra, [id](const Prober::Extra& probe) { return probe.id == id; });
  if (prober.running && prober.running->target == id) {
    abandon(step);
  }
}

void probe_again(Step& step, MemberId id, Instant at) {
  Prober& prober = step.core.prober;
  if (std::ranges::find(prober.extra, id, &Prober::Extra::id) != prober.extra.end()) {
    return;
  }
  if (prober.extra.size() >= step.core.config.limits.extra_probes) {
    ++step.core.counters.probes_again_dropped;
    return;
  }
  const auto place = std::ranges::upper_bound(prober.extra, at, {}, &Prober::Extra::at);
  prober.extra.insert(place, {.at = at, .id = id});
}

void run_prober(Step& step) {
  Prober& prober = step.core.prober;
  if (prober.running && step.now >= prober.running->ends) {
    if (!prober.running->indirect) {
      go_indirect(step);  // too late for an answer: helpers that did not even say no are this node's shame
    }
    give_up(step);
  } else if (prober.running && !prober.running->indirect && step.now >= prober.running->indirect_at) {
    go_indirect(step);
  }
  if (!prober.running && step.now >= prober.next_probe) {
    probe_next(step);
  }
  if (!prober.running && !prober.extra.empty() && step.now >= prober.extra.front().at) {
    probe_extra(step);
  }
}

void on_probe_ack(Step& step, const wire::Ack& ack) {
  Core& core = step.core;
  const Prober::Probe probe = *core.prober.running;
  conclude(step);
  core.health.apply(-1);
  core.refusals.forget(probe.target);
  core.prober.round_trips.learn(step.now - probe.sent);
  // Later answers say nothing of the distance; nor do those that a helper passes on, which have no payload.
  if (step.now - probe.sent < core.config.timing.probe_timeout) {
    learn_coordinate(step, probe.target, ack.payload, step.now - probe.sent);
  }
}

void on_nack(Step& step, const Endpoint& from, const wire::Nack& nack) {
  auto& running = step.core.prober.running;
  const bool asked = running && running->seq_no == nack.seq_no;
  // By its source, which need not be the address that the helper is known by.
  if (asked && running->nacks_received() < running->nacks_expected &&
      std::ranges::find(running->nacked_by, from) == running->nacked_by.end()) {
    running->nacked_by.push_back(from);
    conclude_if_gone(step);
  }
}

void on_fallback_ack(Step& step, std::uint32_t seq_no) {
  Core& core = step.core;
  const auto& running = core.prober.running;
  if (!running || running->seq_no != seq_no) {
    return;
  }
  ++core.counters.probes_over_tcp;
  notice(step, Notice::Level::warn,
         "memberlist: Was able to connect to " + std::string(core.members[running->target].name()) +
             " over TCP but UDP probes failed, network may be misconfigured");
  core.refusals.forget(running->target);
  conclude(step);
  core.health.apply(-1);
}

}  // namespace hearsay::swim
