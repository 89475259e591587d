// Datagrams on their way out: a message alone, with rumors in the room that is left, or rumors only
// (proto/memberlist.md, "Packets" and "Gossip").
#pragma once

#include "swim/core.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

/// Fills the room that `core.parts` leaves with queued rumors.
void add_rumors(Step& step);
/// Seals `core.parts` into one datagram to `to` and clears them.
void send_parts(Step& step, const Endpoint& to, bool crc);

template <class Message>
void send_with_rumors(Step& step, const Endpoint& to, const Message& message) {
  wire::encode(message, step.core.parts.open_part());
  step.core.parts.close_part();
  add_rumors(step);
  send_parts(step, to, false);
}

/// One message to where nobody may live: no rumor is spent on it.
template <class Message>
void send_alone(Step& step, const Endpoint& to, const Message& message) {
  wire::encode(message, step.core.parts.open_part());
  step.core.parts.close_part();
  send_parts(step, to, false);
}

/// Two messages that belong together, without rumors, to a member.
template <class First, class Second>
void send_pair(Step& step, const Member& to, const First& first, const Second& second) {
  wire::encode(first, step.core.parts.open_part());
  step.core.parts.close_part();
  wire::encode(second, step.core.parts.open_part());
  step.core.parts.close_part();
  send_parts(step, to.at, to.versions.protocol_max >= Versions::crc);
}

/// One Serf message (its type byte and body) by itself, as answers to queries travel: as a part, and sent.
void put_serf_message(wire::PacketParts& parts, Bytes message);
void send_serf_message(Step& step, const Endpoint& to, Bytes message);

/// Queues a Serf message (type byte and body) as it is.
void queue_serf_rumor(Step& step, RumorQueue& queue, Bytes message, RumorWatch watch);
/// The longest Serf message, type byte and body, that a packet can carry: 1395 bytes, 1366 sealed.
[[nodiscard]] std::size_t largest_serf_rumor(const Core& core) noexcept;
/// The longest message of any kind that gossip can carry.
[[nodiscard]] std::size_t largest_rumor(bool sealed) noexcept;

/// Whom gossip may reach: the dead for a while too, so that one that was wrongly buried hears of it. And by a
/// node that has nobody else, those that have left: two that came back at once, each of whom was called left
/// to the other, would never hear each other's protest.
[[nodiscard]] bool hears_gossip(const Core& core, MemberId id, const Member& member, Instant now);
/// How often one rumor is sent in a cluster of `n`: Serf's limit, or fewer copies.
[[nodiscard]] std::size_t most_copies(const Core& core, std::size_t n) noexcept;
/// Before anything is done: beats that passed while there was nothing to tell are over.
void keep_beat(Step& step);
/// A round of gossip: rumors to a few members, by lot and by order, if there are any.
void run_gossip(Step& step);
/// `never` while there is nothing to tell, or nobody who listens. The beat for what has been told before; a
/// rumor that nobody has been told yet goes out at once, or a twentieth of a beat after the last round, and
/// once more a twentieth of a beat later.
[[nodiscard]] Instant next_gossip(const Core& core);

/// A random part of an interval, so that agents started together do not act together.
[[nodiscard]] Duration stagger(Core& core, Duration interval);

}  // namespace hearsay::swim
