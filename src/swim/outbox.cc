#include "swim/outbox.h"

#include <algorithm>

#include "swim/members/claims.h"

namespace hearsay::swim {

namespace {

constexpr std::size_t compound_header = 2;
constexpr std::size_t part_length = 2;
constexpr std::size_t user_byte = 1;  // memberlist's type, before a Serf message
/// Fresh rumors may start this many rounds of gossip a beat, evenly spaced.
constexpr int rounds_a_beat = 20;

/// Bytes that rumors may still take in the packet being built.
std::size_t room_left(const Core& core) {
  const std::size_t seal = core.keyring.empty() ? 0 : wire::seal_overhead;
  const std::size_t used = compound_header + core.parts.bytes() + part_length * core.parts.count() + seal;
  return used >= wire::packet_budget ? 0 : wire::packet_budget - used;
}

bool no_rumors(const Core& core) {
  return core.member_rumors.empty() && core.intent_rumors.empty() && core.query_rumors.empty() &&
         core.event_rumors.empty();
}

bool told_at_most(const Core& core, std::size_t times) {
  return core.member_rumors.has_told_at_most(times) || core.intent_rumors.has_told_at_most(times) ||
         core.query_rumors.has_told_at_most(times) || core.event_rumors.has_told_at_most(times);
}

/// A round of gossip goes to so many.
std::size_t listeners(const Core& core) {
  return static_cast<std::size_t>(core.config.timing.gossip_nodes);
}

/// There is news, and it does not wait for the beat: it goes out at once, and once more soon after, to those
/// whom chance or the network left out.
bool has_pressing_news(const Core& core) {
  const Habits& habits = core.config.habits;
  if (!habits.news_at_once) {
    return false;
  }
  const std::size_t alive = core.members.count(Liveness::alive);  // and this node one of them
  const std::size_t a_round = std::min(listeners(core), alive > 0 ? alive - 1 : 0);
  return told_at_most(core, habits.second_round_soon ? a_round : 0);
}

/// The next beat is the first after `until`, in step with those before.
void skip_beats(Core& core, Instant until) {
  if (const Duration interval = core.config.timing.gossip_interval; core.gossip_tick <= until) {
    core.gossip_tick += interval * ((until - core.gossip_tick) / interval + 1);
  }
}

void measure_sent(Step& step, std::size_t first_part) {
  const wire::PacketParts& parts = step.core.parts;
  for (std::size_t i = first_part; i < parts.count(); ++i) {
    measure_value(step, Measured::What::message_sent, static_cast<double>(parts.size_of(i) - user_byte));
  }
}

}  // namespace

bool hears_gossip(const Core& core, MemberId id, const Member& member, Instant now) {
  if (is_self(core, id)) {
    return false;
  }
  const bool last_resort = core.config.habits.last_resort_gossip && !core.has_peers();
  const bool gone = member.liveness == Liveness::dead || (member.liveness == Liveness::left && last_resort);
  return member.liveness == Liveness::alive || member.liveness == Liveness::suspect ||
         (gone && now - member.liveness_since <= core.config.timing.gossip_to_the_dead);
}

std::size_t most_copies(const Core& core, std::size_t n) noexcept {
  const std::size_t serfs = transmit_limit(core.config.timing.retransmit_mult, n);
  const std::size_t own = core.config.habits.copies_most;
  return own == 0 ? serfs : std::min(serfs, own);
}

void add_rumors(Step& step) {
  Core& core = step.core;
  if (no_rumors(core)) {
    return;
  }
  const std::size_t nodes = most_copies(core, core.members.node_count());
  const std::size_t members = most_copies(core, core.members.member_count());
  std::size_t budget = room_left(core);
  budget = core.member_rumors.draw(budget, nodes, core.parts);
  const std::size_t first_of_serf = core.parts.count();
  budget = core.intent_rumors.draw(budget, members, core.parts);
  budget = core.query_rumors.draw(budget, members, core.parts);
  core.event_rumors.draw(budget, members, core.parts);
  if (core.config.measure) {
    measure_sent(step, first_of_serf);
  }
}

void send_parts(Step& step, const Endpoint& to, bool crc) {
  Core& core = step.core;
  const std::size_t offset = step.out.arena.size();
  core.sealer.seal(core.parts,
                   {.layers = core.layers(),
                    .compress = core.config.compress && !core.config.habits.datagrams_plain,
                    .crc = crc},
                   core.nonces, step.out.arena);
  core.parts.clear();
  const std::size_t size = step.out.arena.size() - offset;
  step.out.datagrams.push_back({to, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size)});
  ++core.counters.datagrams_sent;
  core.counters.bytes_sent += size;
}

void put_serf_message(wire::PacketParts& parts, Bytes message) {
  Buffer& part = parts.open_part();
  part.push_back(static_cast<std::byte>(wire::MessageType::user));
  append(part, message);
  parts.close_part();
}

void send_serf_message(Step& step, const Endpoint& to, Bytes message) {
  put_serf_message(step.core.parts, message);
  send_parts(step, to, false);
}

void queue_serf_rumor(Step& step, RumorQueue& queue, Bytes message, RumorWatch watch) {
  Buffer& rumor = step.core.scratch;
  rumor.clear();
  rumor.push_back(static_cast<std::byte>(wire::MessageType::user));
  append(rumor, message);
  queue.push(no_key, rumor, watch);
}

std::size_t largest_rumor(bool sealed) noexcept {
  return wire::packet_budget - compound_header - part_length - (sealed ? wire::seal_overhead : 0);
}

std::size_t largest_serf_rumor(const Core& core) noexcept {
  return largest_rumor(!core.keyring.empty()) - user_byte;
}

void keep_beat(Step& step) {
  if (step.core.gossip_tick < step.now && no_rumors(step.core)) {
    skip_beats(step.core, step.now);
  }
}

void run_gossip(Step& step) {
  Core& core = step.core;
  if (step.now < next_gossip(core)) {
    return;
  }
  if (step.now - core.last_gossip > core.config.timing.gossip_interval) {
    core.neighbours.next = 0;  // at rest: the news begins at the nearest
  }
  core.last_gossip = step.now;
  measure_since(step, Measured::What::gossip, step.now);
  skip_beats(core, step.now);
  choose_listeners(step, listeners(core), told_at_most(core, 0));
  if (core.chosen.empty()) {
    core.last_gossip = core.gossip_tick;  // what is untold waits for the beat
  }
  for (const MemberId id : core.chosen) {
    add_rumors(step);
    if (core.parts.empty()) {
      return;
    }
    const Member& member = core.members[id];
    send_parts(step, member.at, member.versions.protocol_max >= Versions::crc);
  }
}

Instant next_gossip(const Core& core) {
  if (no_rumors(core)) {
    return never;
  }
  const Instant at_once = core.last_gossip + core.config.timing.gossip_interval / rounds_a_beat;
  const Instant next = has_pressing_news(core) ? std::min(core.gossip_tick, at_once) : core.gossip_tick;
  const Instant gone_hear_until = core.members.last_loss() + core.config.timing.gossip_to_the_dead;
  return core.has_peers() || next <= gone_hear_until ? next : never;
}

Duration stagger(Core& core, Duration interval) {
  return Duration(static_cast<Duration::rep>(core.random.unit() * static_cast<double>(interval.count())));
}

}  // namespace hearsay::swim
