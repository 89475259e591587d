// Answering: pings to this node, and pings it makes for others.

#include <algorithm>
#include <string>

#include "swim/core.h"
#include "swim/gossip/coordinates.h"
#include "swim/members/destinations.h"
#include "swim/members/probe_answers.h"
#include "swim/members/probe_order.h"
#include "swim/members/prober.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

/// Where the sender says it wants the answer; a packet's own source may be a translated one.
Endpoint answer_to(const Endpoint& from, Bytes source_addr, std::uint16_t source_port) {
  const auto ip = IpAddress::from_wire(source_addr);
  return ip && source_port != 0 ? Endpoint{*ip, source_port} : from;
}

/// Who pings from where it is known to be, and is held suspected or dead here; or nobody.
MemberId accused_sender(const Core& core, const Endpoint& from, std::string_view name) {
  const MemberId id = core.config.habits.tell_accused ? core.members.find(name) : no_member;
  if (id == no_member || core.members[id].at != from) {
    return no_member;
  }
  const Liveness liveness = core.members[id].liveness;
  return liveness == Liveness::suspect || liveness == Liveness::dead ? id : no_member;
}

/// It may not hear of it otherwise: a firewall lets answers in, and refuses gossip.
void answer_accused(Step& step, const wire::Ack& ack, const Member& sender) {
  const std::string_view own = step.core.own().name();
  if (sender.liveness == Liveness::suspect) {
    return send_pair(step, sender, ack,
                     wire::Suspect{.incarnation = sender.incarnation, .node = sender.name(), .from = own});
  }
  send_pair(step, sender, ack,
            wire::Dead{.incarnation = sender.incarnation, .node = sender.name(), .from = own});
}

/// Who asks for help hears of it too: whom it probes may be behind a firewall and not answer.
void warn_accused(Step& step, const Member& sender) {
  if (sender.liveness == Liveness::suspect) {
    send_alone(step, sender.at,
               wire::Suspect{
                   .incarnation = sender.incarnation, .node = sender.name(), .from = step.core.own().name()});
  }
}

}  // namespace

void on_ping(Step& step, const Endpoint& from, const wire::Ping& ping) {
  Core& core = step.core;
  if (!ping.node.empty() && ping.node != core.own().name()) {
    ++core.counters.pings_misdirected;
    notice(step, Notice::Level::warn,
           "memberlist: Got ping for unexpected node '" + std::string(ping.node) + "'");
    return;
  }
  if (core.config.habits.balanced_probes) {
    core.prober.last_seq_no = catch_up(core.prober.last_seq_no, ping.seq_no);
  }
  const wire::Ack ack{.seq_no = ping.seq_no, .payload = ack_payload(core)};
  const Endpoint to = answer_to(from, ping.source_addr, ping.source_port);
  if (const MemberId accused = accused_sender(core, to, ping.source_node); accused != no_member) {
    return answer_accused(step, ack, core.members[accused]);
  }
  send_answer(step, is_member_at(step, ping.source_node, to), to, ack);
}

void on_indirect_ping(Step& step, const Endpoint& from, const wire::IndirectPing& request) {
  Core& core = step.core;
  auto& running = core.indirect_probes.running;
  const auto target = IpAddress::from_wire(request.target);
  if (request.node.size() > core.config.limits.name_bytes) {
    ++core.counters.messages_rejected;
    return;
  }
  const std::uint16_t port = request.port == 0 ? core.config.bind_port : request.port;
  if (!target || running.size() >= core.config.limits.indirect_probes ||
      !is_member_at(step, request.node, {*target, port})) {
    ++core.counters.indirect_probes_dropped;
    return;
  }
  const std::uint32_t seq_no = ++core.prober.last_seq_no;
  const Endpoint requester = answer_to(from, request.source_addr, request.source_port);
  if (const MemberId accused = accused_sender(core, requester, request.source_node); accused != no_member) {
    warn_accused(step, core.members[accused]);
  }
  running.push_back({.seq_no = seq_no,
                     .their_seq_no = request.seq_no,
                     .requester = requester,
                     .for_member = is_member_at(step, request.source_node, requester),
                     .wants_nack = request.nack,
                     .deadline = step.now + core.config.timing.probe_timeout,
                     .target = {*target, port},
                     .quote = {}});
  send_with_rumors(step, {*target, port}, ping_for(core, request.node, seq_no));
  running.back().quote.remember(last_datagram(step.out));
}

void on_ack(Step& step, const wire::Ack& ack) {
  Core& core = step.core;
  if (core.prober.running && core.prober.running->seq_no == ack.seq_no) {
    return on_probe_ack(step, ack);
  }
  auto& running = core.indirect_probes.running;
  const auto entry = std::ranges::find(running, ack.seq_no, &IndirectProbes::Entry::seq_no);
  if (entry == running.end()) {
    const bool asked = take_reclaim_ack(step, ack.seq_no) || take_grave_ack(step, ack.seq_no);
    core.counters.acks_unexpected += asked ? 0 : 1;
    return;
  }
  const IndirectProbes::Entry done = *entry;
  running.erase(entry);
  send_answer(step, done.for_member, done.requester, wire::Ack{.seq_no = done.their_seq_no, .payload = {}});
}

void run_indirect_probes(Step& step) {
  auto& running = step.core.indirect_probes.running;
  while (!running.empty() && running.front().deadline <= step.now) {
    const IndirectProbes::Entry entry = running.front();
    running.pop_front();
    if (entry.wants_nack) {
      send_answer(step, entry.for_member, entry.requester, wire::Nack{.seq_no = entry.their_seq_no});
    }
  }
}

}  // namespace hearsay::swim
