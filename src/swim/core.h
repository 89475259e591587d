// The inside of a Node: its parts, and the step that every handler runs in. Private to src/swim.
//
// Data stands here; behaviour stands in members/ (who is here), gossip/ (what travels) and
// exchange.cc (streams), as free functions over a Step: one topic a file, one message a function.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "swim/allowance.h"
#include "swim/config.h"
#include "swim/counters.h"
#include "swim/exchange.h"
#include "swim/gossip/answering.h"
#include "swim/gossip/asking.h"
#include "swim/gossip/commands.h"
#include "swim/gossip/coordinate_client.h"
#include "swim/gossip/intents.h"
#include "swim/gossip/lamport.h"
#include "swim/gossip/leaving.h"
#include "swim/gossip/neighbours.h"
#include "swim/gossip/rumor_queue.h"
#include "swim/gossip/seen_messages.h"
#include "swim/key_use.h"
#include "swim/members/flaps.h"
#include "swim/members/graveyard.h"
#include "swim/members/health.h"
#include "swim/members/member_table.h"
#include "swim/members/nameless.h"
#include "swim/members/prober.h"
#include "swim/members/reclaim.h"
#include "swim/members/reconnecting.h"
#include "swim/members/refusals.h"
#include "swim/members/strangers.h"
#include "swim/members/suspicion.h"
#include "swim/node.h"
#include "swim/output.h"
#include "swim/random.h"
#include "swim/wire/keyring.h"
#include "swim/wire/packet.h"

namespace hearsay::swim {

struct Node::Core {
  Core(Config config, std::uint64_t seed, Instant now);

  Config config;
  Random random;
  Counters counters;

  // who is here
  MemberTable members;
  MemberId self = no_member;
  Health health;
  Prober prober;
  IndirectProbes indirect_probes;
  Suspicions suspicions;
  // What who missed it is told again, in a probe interval: that members have left, and died.
  Allowance goodbyes{.most = 32};
  Allowance deaths{.most = 8};
  Nameless nameless;
  Instant refuted{};  // last: this node said that it is alive
  Instant heard{};    // last: a message by UDP, from whomever
  Reclaims reclaims;
  Reconnecting reconnecting;
  Graveyard graveyard;
  Refusals refusals;
  Flaps flaps;
  Strangers strangers;

  // what travels
  RumorQueue member_rumors;
  RumorQueue intent_rumors;
  RumorQueue query_rumors;
  RumorQueue event_rumors;
  Neighbours neighbours;
  LamportClock member_clock;
  LamportClock event_clock;
  LamportClock query_clock;
  RecentIntents recent_intents;
  SeenEvents seen_events;
  SeenQueries seen_queries;
  CoordinateClient coordinates;
  std::unordered_map<MemberId, Coordinate> peer_coordinates;  // as last heard in an ack; never iterated
  Buffer ack_payload;                                         // our own, encoded

  // verbs that end later
  PendingCommands commands;
  OwnQueries own_queries;
  OpenQueries open_queries;
  std::optional<ConflictVotes> conflict_vote;
  Leaving leaving;
  Phase phase = Phase::running;

  // how it travels
  wire::Keyring keyring;
  wire::NonceSource nonces;
  KeyUse key_use;
  wire::PacketOpener opener;
  wire::PacketSealer sealer;
  wire::PacketParts parts;
  Buffer scratch;
  std::vector<MemberId> chosen;  // members drawn by lot, and the lot's own scratch
  std::vector<MemberId> reservoir;
  Exchanges exchanges;

  // when
  Instant gossip_tick;  // the gossip beat; a beat happens only when there is something to tell
  Instant last_gossip{};
  Instant next_push_pull;
  int early_push_pulls = 0;  // left to make soon, after a join
  Instant push_pull_after_drops = never;
  Instant rumor_dropped{};  // last: a rumor of a member, for want of room
  Instant next_reap;

  [[nodiscard]] Member& own() noexcept { return members[self]; }
  [[nodiscard]] const Member& own() const noexcept { return members[self]; }
  [[nodiscard]] wire::Layers layers() const noexcept { return {.keyring = &keyring, .label = {}}; }
  /// Somebody who may listen: alive or suspected, and not this node.
  [[nodiscard]] bool has_peers() const noexcept {
    return members.count(Liveness::alive) + members.count(Liveness::suspect) >
           (own().liveness == Liveness::alive ? 1U : 0U);
  }
};

using Core = Node::Core;

/// One call into the node: what it is, when it is, and where its wishes go.
struct Step {
  Core& core;
  const Instant now;
  Output& out;
};

/// Tells the host. `component` words as in Serf's log: "memberlist: ...", "serf: ...".
void notice(Step& step, Notice::Level level, std::string text);
/// Tells whoever watches how long something took, how much it was, or that it was heard of.
void measure_since(Step& step, Measured::What what, Instant since);
void measure_value(Step& step, Measured::What what, double value);
void measure_name(Step& step, Measured::What what, std::string_view name);
/// Tells the host of a change; the record is a copy of the row as it is now.
void emit_member(Step& step, MemberEventKind kind, const Member& member);

}  // namespace hearsay::swim
