#include "sim/world/world.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "swim/invariant.h"

namespace hearsay::sim {

using namespace swim;

namespace {

/// A node that is due again after so many ticks in one moment will never let time go on.
constexpr int ticks_at_once_max = 1000;
/// What a kernel quotes of a datagram it refuses.
constexpr std::size_t quoted_bytes = 520;
/// The network's chance is another than that of the nodes: who is added changes nothing for the rest.
constexpr std::uint64_t network_salt = 0xD1B54A32D192ED03U;

/// Moves what a process wants sent behind what it wanted before.
void hold(Output& out, Output& held) {
  for (Datagram datagram : out.datagrams) {
    const Bytes bytes = out.bytes(datagram);
    datagram.offset = static_cast<std::uint32_t>(held.arena.size());
    append(held.arena, bytes);
    held.datagrams.push_back(datagram);
  }
  std::ranges::move(out.streams, std::back_inserter(held.streams));
}

}  // namespace

void Watcher::sent(NodeIndex, const Endpoint&, Bytes) {}
void Watcher::told(NodeIndex, Event&&) {}
void Watcher::stepped(NodeIndex) {}

World::World(std::uint64_t seed) : seeds_(seed), engine_(seed ^ network_salt), streams_(engine_) {}

// ---- hosts -------------------------------------------------------------------------------------

NodeIndex World::add_host() {
  HEARSAY_INVARIANT(hosts_.size() < hosts_max);
  hosts_.emplace_back();
  deadlines_.add();
  return hosts_.size() - 1;
}

void World::boot(NodeIndex i, Config config) {
  if (hosts_[i].up) {
    end_process(i, false);
  }
  if (config.advertise == Endpoint{}) {
    config.advertise = host_address(i);
  }
  Host& host = hosts_[i];
  host.node = std::make_unique<Node>(std::move(config), seeds_.next(), engine_.now);
  ++host.process;
  host.up = true;
  host.dark = host.paused = host.reads = false;
  call(i, [](Node& node, Instant now, Output& out) { node.start(now, out); });
}

void World::end_process(NodeIndex i, bool silent) {
  Host& host = hosts_[i];
  host.dark = silent;
  if (!host.up) {
    return;
  }
  host.up = host.paused = host.reads = false;
  drop_waiting(host);
  deadlines_.set(i, never);
  streams_.process_ended(i, silent);
}

void World::drop_waiting(Host& host) {
  for (const Due& due : host.waiting) {
    if (due.what == Happening::segment) {
      streams_.forget(due.slot);
    } else {
      packets_.give_back(due.slot);
    }
  }
  host.waiting.clear();
  host.waiting_bytes = 0;
  host.held.clear();
}

void World::pause(NodeIndex i, Pause how) {
  Host& host = hosts_[i];
  if (host.up && !host.paused) {
    host.paused = true;
    host.pause = how;
    host.threads = Threads(how == Pause::threads_blocked);
    if (std::exchange(host.reads, false)) {
      host.threads.received();
    }
    ask_deadline(i);
  }
}

/// What an agent was about to send goes first. Then it reads what waits in the sockets, before it does
/// anything else (node.h); a program of several threads has its timers run at the same time.
void World::resume(NodeIndex i) {
  Host& host = hosts_[i];
  if (!host.paused) {
    return;
  }
  host.paused = false;
  carry_out(i, host.held);
  host.held.clear();
  if (host.pause == Pause::threads_blocked) {
    while (host.node->next_deadline() <= engine_.now) {
      tick(i);
    }
  }
  read_waiting(i);
}

void World::read_waiting(NodeIndex i) {
  Host& host = hosts_[i];
  while (host.up && !host.paused && !host.waiting.empty()) {
    if (read_takes > Duration::zero()) {
      host.reads = true;
      later(read_takes, [this, i, process = host.process] {
        if (hosts_[i].process == process && hosts_[i].reads && !hosts_[i].paused) {
          read_next(i);
          read_waiting(i);
        }
      });
      return ask_deadline(i);
    }
    read_next(i);
  }
  host.reads = false;
  ask_deadline(i);
}

void World::read_next(NodeIndex i) {
  Host& host = hosts_[i];
  const Due due = host.waiting.front();
  host.waiting.pop_front();
  if (due.what == Happening::datagram) {
    host.waiting_bytes -= packets_[due.slot].bytes.size();
    read_datagram(i, due.slot);
  } else if (due.what == Happening::refusal) {
    read_refusal(i, due.slot);
  } else {
    read_segment(i, due.slot);
  }
}

// ---- time --------------------------------------------------------------------------------------

bool World::step(Instant until) {
  const Instant next = std::min(engine_.agenda.next(), deadlines_.next());
  if (next > until) {
    engine_.now = until;
    return false;
  }
  engine_.now = std::max(engine_.now, next);
  while (engine_.agenda.next() <= engine_.now) {
    happen(engine_.agenda.take());
  }
  while (deadlines_.next() <= engine_.now) {
    tick(deadlines_.first());
  }
  return true;
}

Instant World::deadline_of(const Host& host) const {
  if (!host.up || (host.paused && host.pause == Pause::stopped)) {
    return never;
  }
  if (host.reads && host.pause != Pause::threads_blocked) {
    return never;
  }
  return host.paused ? host.threads.next_deadline(*host.node) : host.node->next_deadline();
}

void World::ask_deadline(NodeIndex i) {
  deadlines_.set(i, deadline_of(hosts_[i]));
}

void World::ask_deadlines() {
  for (NodeIndex i = 0; i < hosts_.size(); ++i) {
    ask_deadline(i);
  }
}

void World::later(Duration delay, std::function<void()> happen) {
  const std::uint32_t slot = acts_.take();
  acts_[slot] = std::move(happen);
  engine_.agenda.add(engine_.now + delay, Happening::act, slot);
}

void World::happen(const Due& due) {
  switch (due.what) {
    case Happening::datagram:
      return datagram_arrives(due);
    case Happening::refusal:
      return refusal_arrives(due);
    case Happening::segment:
      return segment_arrives(due);
    case Happening::retry:
      return streams_.retry(due.slot);
    case Happening::act:
      return act(due.slot);
  }
}

void World::act(std::uint32_t slot) {
  const auto happen = std::exchange(acts_[slot], nullptr);
  acts_.give_back(slot);
  happen();
}

void World::tick(NodeIndex i) {
  Host& host = hosts_[i];
  host.ticks_at_once = host.last_tick == engine_.now ? host.ticks_at_once + 1 : 1;
  host.last_tick = engine_.now;
  HEARSAY_INVARIANT(host.ticks_at_once <= ticks_at_once_max);
  if (host.paused) {
    host.threads.run(*host.node, engine_.now, out_);
    return settle(i);
  }
  call(i, [](Node& node, Instant now, Output& out) { node.tick(now, out); });
}

// ---- arrivals ----------------------------------------------------------------------------------

void World::datagram_arrives(const Due& due) {
  const Packet& packet = packets_[due.slot];
  Host& host = hosts_[packet.to];
  if (refuses(packet.to, packet.from)) {
    return refuse(due.slot);
  }
  const bool room = host.waiting_bytes + packet.bytes.size() <= socket_bytes;
  if (host.up && !host.paused && !host.reads) {
    return read_datagram(packet.to, due.slot);
  }
  if (host.up && room) {
    host.waiting_bytes += packet.bytes.size();
    host.waiting.push_back(due);
    host.threads.received();
    return ask_deadline(packet.to);
  }
  packets_.give_back(due.slot);
}

bool World::refuses(NodeIndex i, const Endpoint& from) {
  const Host& host = hosts_[i];
  const auto sender = host_number(from);
  Network& network = engine_.network;
  const bool rejected =
      sender && (network.rejects(*sender, i) || network.firewalls.refuses_datagram(*sender, i, engine_.now));
  return !host.dark && ((!host.up && host.process > 0) || rejected);
}

/// The kernel sends back the beginning of what nobody reads. That may be lost too.
void World::refuse(std::uint32_t slot) {
  Packet& packet = packets_[slot];
  const NodeIndex by = packet.to;
  const auto to = host_number(packet.from);
  if (!to || *to >= hosts_.size() || engine_.network.loses_datagram(by, *to, engine_.chance)) {
    return packets_.give_back(slot);
  }
  packet.from = host_address(by);
  packet.to = *to;
  packet.bytes.resize(std::min(packet.bytes.size(), quoted_bytes));
  engine_.agenda.add(engine_.now + engine_.network.delay(by, *to, engine_.chance), Happening::refusal, slot);
}

void World::refusal_arrives(const Due& due) {
  const NodeIndex i = packets_[due.slot].to;
  Host& host = hosts_[i];
  if (!host.up) {
    return packets_.give_back(due.slot);
  }
  if (!host.paused && !host.reads) {
    return read_refusal(i, due.slot);
  }
  host.waiting.push_back(due);
  host.threads.received();
  ask_deadline(i);
}

void World::inject(NodeIndex to, const Endpoint& from, Bytes datagram) {
  datagram_arrives({engine_.now, 0, pack(from, to, datagram), Happening::datagram});
}

void World::read_datagram(NodeIndex i, std::uint32_t slot) {
  const Packet& packet = packets_[slot];
  hosts_[i].node->receive(engine_.now, packet.from, packet.bytes, out_);
  packets_.give_back(slot);
  settle(i);
}

void World::read_refusal(NodeIndex i, std::uint32_t slot) {
  const Packet& packet = packets_[slot];
  hosts_[i].node->refused(engine_.now, packet.from, packet.bytes, out_);
  packets_.give_back(slot);
  settle(i);
}

void World::segment_arrives(const Due& due) {
  const auto i = streams_.receiver(due.slot);
  if (!i || !streams_.reach_kernel(due.slot, hosts_[*i].up, hosts_[*i].dark)) {
    return streams_.forget(due.slot);
  }
  if (hosts_[*i].paused || hosts_[*i].reads) {
    hosts_[*i].waiting.push_back(due);
    hosts_[*i].threads.received();
    return ask_deadline(*i);
  }
  read_segment(*i, due.slot);
}

void World::read_segment(NodeIndex i, std::uint32_t slot) {
  streams_.deliver(slot, *hosts_[i].node, out_);
  settle(i);
}

// ---- what nodes want done ----------------------------------------------------------------------

/// After every call into a node: its wishes are carried out, and its next deadline is noted.
void World::settle(NodeIndex i) {
  ++steps_;
  if (hosts_[i].paused) {
    hold(out_, hosts_[i].held);
  } else {
    carry_out(i, out_);
  }
  if (watcher_ != nullptr) {
    for (Event& event : out_.events) {
      watcher_->told(i, std::move(event));
    }
  }
  out_.clear();
  ask_deadline(i);
  if (watcher_ != nullptr) {
    watcher_->stepped(i);
  }
}

void World::carry_out(NodeIndex i, Output& out) {
  for (const Datagram& datagram : out.datagrams) {
    send(i, datagram, out.bytes(datagram));
  }
  for (StreamAction& action : out.streams) {
    do_on_stream(i, action);
  }
}

void World::send(NodeIndex i, const Datagram& datagram, Bytes bytes) {
  if (watcher_ != nullptr) {
    watcher_->sent(i, datagram.to, bytes);
  }
  engine_.digest.add(static_cast<std::uint64_t>(engine_.now.time_since_epoch().count()));
  engine_.digest.add(i);
  engine_.digest.add(bytes);
  const auto to = host_number(datagram.to);
  if (!to || *to >= hosts_.size()) {
    return;
  }
  engine_.digest.add(*to);
  Network& network = engine_.network;
  network.firewalls.note_sent(i, *to, engine_.now);
  if (!network.loses_datagram(i, *to, engine_.chance)) {
    put_on_the_wire(i, *to, bytes);
    if (network.duplicate > 0 && engine_.chance.unit() < network.duplicate) {
      put_on_the_wire(i, *to, bytes);
    }
  }
}

std::uint32_t World::pack(const Endpoint& from, NodeIndex to, Bytes bytes) {
  const std::uint32_t slot = packets_.take();
  Packet& packet = packets_[slot];
  packet.from = from;
  packet.to = to;
  packet.bytes.assign(bytes.begin(), bytes.end());
  return slot;
}

void World::put_on_the_wire(NodeIndex from, NodeIndex to, Bytes bytes) {
  const std::uint32_t slot = pack(host_address(from), to, bytes);
  const Network& network = engine_.network;
  network.maybe_corrupt(packets_[slot].bytes, engine_.chance);
  const Duration delay = network.delay(from, to, engine_.chance);
  const Duration held_back = network.held_back(engine_.chance);
  engine_.agenda.add(engine_.now + delay + held_back, Happening::datagram, slot);
}

void World::do_on_stream(NodeIndex i, StreamAction& action) {
  if (const auto* const open = std::get_if<StreamOpen>(&action)) {
    const auto to = host_number(open->to);
    if (to && *to < hosts_.size()) {  // else nobody answers: the node's own deadline ends it
      streams_.dial(i, open->stream, *to);
    }
  } else if (auto* const write = std::get_if<StreamWrite>(&action)) {
    streams_.write(i, write->stream, std::move(write->bytes));
  } else {
    streams_.close(i, std::get<StreamClose>(action).stream);
  }
}

}  // namespace hearsay::sim
