#include "swim/node.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "swim/core.h"
#include "swim/dispatch.h"
#include "swim/gossip/answering.h"
#include "swim/gossip/asking.h"
#include "swim/gossip/coordinates.h"
#include "swim/gossip/internal_queries.h"
#include "swim/gossip/joining.h"
#include "swim/gossip/tags.h"
#include "swim/gossip/user_events.h"
#include "swim/invariant.h"
#include "swim/members/claims.h"
#include "swim/members/precedence.h"
#include "swim/members/probe_round.h"
#include "swim/members/push_pull.h"
#include "swim/members/roster.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

Instant next_of(const Core& core) {
  return std::min({core.prober.next_deadline(), core.indirect_probes.next_deadline(),
                   core.suspicions.next_deadline(), core.reclaims.next_deadline(), core.graveyard.next_knock,
                   core.exchanges.next_deadline(), next_gossip(core), core.commands.next_deadline(),
                   core.leaving.deadline, core.own_queries.next_deadline(),
                   core.has_peers() ? next_exchange(core) : never, core.next_reap,
                   core.members.count(MemberStatus::failed) > 0 ? core.reconnecting.next_look : never});
}

/// Everything that is due now, once. Answers that came in before are already handled.
void run_due(Step& step) {
  run_exchanges(step);
  run_prober(step);
  run_indirect_probes(step);
  run_suspicions(step);
  run_reclaims(step);
  run_graveyard(step);
  run_push_pull(step);
  run_leaving(step);
  run_commands(step);
  run_own_queries(step);
  run_reaper(step);
  run_reconnecting(step);
  run_gossip(step);
  watch_key_use(step);
}

/// Names and reasons in a notice come from peers: one line, of bounded length, without control bytes.
std::string one_line(std::string text) {
  constexpr std::size_t notice_bytes_max = 512;
  text.resize(std::min(text.size(), notice_bytes_max));
  for (char& c : text) {
    c = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return text;
}

tl::expected<void, wire::KeyError> use_key(Core& core, Bytes key) {
  const bool is_new = !equal(core.keyring.key(0), key);
  const auto used = core.keyring.use(key);
  if (used && is_new) {
    core.key_use = {.before = core.nonces.used()};
  }
  return used;
}

/// Runs one call into the node, and passes on what it ended.
template <class Act>
auto run_step(Node::Core& core, Instant now, Output& out, Act&& act) {
  Step step{core, now, out};
  keep_beat(step);
  if constexpr (std::is_void_v<decltype(act(step))>) {
    act(step);
    settle_ended_rumors(step);
  } else {
    auto result = act(step);
    settle_ended_rumors(step);
    return result;
  }
}

}  // namespace

Node::Core::Core(Config given, std::uint64_t seed, Instant now)
    : config(std::move(given)),
      random(seed),
      members(random.next()),
      health(config.lifeguard.probe ? config.timing.awareness_max : 1),
      nameless(config.limits.nameless_rows),
      member_rumors(config.limits.member_queue_depth, largest_rumor(!config.keys.empty())),
      intent_rumors(config.limits.queue_depth, largest_rumor(!config.keys.empty())),
      query_rumors(config.limits.queue_depth, largest_rumor(!config.keys.empty())),
      event_rumors(config.limits.queue_depth, largest_rumor(!config.keys.empty())),
      recent_intents(config.limits.recent_intents),
      nonces(config.nonce_bits),
      gossip_tick(now + stagger(*this, config.timing.gossip_interval)),
      next_push_pull(now + stagger(*this, config.timing.push_pull_interval)),
      next_reap(now + config.serf.reap_interval) {
  // Nodes that hear of a failure together are not to dial together.
  reconnecting = {.next_look = now + config.serf.reconnect_interval, .due = random.unit()};
  for (Buffer& key : config.keys) {
    HEARSAY_INVARIANT(keyring.install(key));
    sodium_memzero(key.data(), key.size());  // from here on only the ring has it
  }
  // Clocks start at 1 and go on behind what the process before has seen.
  member_clock.increment();
  event_clock.increment();
  query_clock.increment();
  if (config.last_member_ltime > 0) {
    member_clock.witness(config.last_member_ltime);
  }
  if (config.last_event_ltime > 0) {
    event_clock.witness(config.last_event_ltime);
    seen_events.raise_floor(config.last_event_ltime + 1);
  }
  if (config.last_query_ltime > 0) {
    query_clock.witness(config.last_query_ltime);
    seen_queries.raise_floor(config.last_query_ltime + 1);
  }
  refresh_ack_payload(*this);
}

Node::Node(Config config, std::uint64_t seed, Instant now)
    : core_(std::make_unique<Core>(std::move(config), seed, now)) {}

Node::~Node() = default;

void notice(Step& step, Notice::Level level, std::string text) {
  constexpr std::size_t details_max = 1024;
  if (level == Notice::Level::debug && step.out.events.size() >= details_max) {
    ++step.core.counters.notices_dropped;
    return;  // a packet full of broken claims is worth a few lines, not a million
  }
  step.out.events.emplace_back(Notice{level, one_line(std::move(text))});
}

void measure_since(Step& step, Measured::What what, Instant since) {
  if (step.core.config.measure) {
    step.out.events.emplace_back(Measured{.what = what, .since = since});
  }
}

void measure_value(Step& step, Measured::What what, double value) {
  if (step.core.config.measure) {
    step.out.events.emplace_back(Measured{.what = what, .value = value});
  }
}

void measure_name(Step& step, Measured::What what, std::string_view name) {
  if (step.core.config.measure) {
    step.out.events.emplace_back(Measured{.what = what, .name = std::string(name)});
  }
}

void emit_member(Step& step, MemberEventKind kind, const Member& member) {
  step.out.events.emplace_back(MemberEvent{
      kind, MemberRecord{
                .text = member.text, .at = member.at, .status = member.status, .versions = member.versions}});
}

void Node::start(Instant now, Output& out) {
  Step step{*core_, now, out};
  Core& core = *core_;
  Buffer meta;
  encode_tags(core.config.tags, core.config.protocol, meta);
  HEARSAY_INVARIANT(core.self == no_member && meta.size() <= tags_encoded_max);
  core.self = core.members.add(core.config.name, meta);
  Member& own = core.own();
  own.incarnation = 1;
  own.at = core.config.advertise;
  own.versions.delegate_cur = core.config.protocol;
  core.members.set_liveness(core.self, Liveness::alive, now);
  schedule_probes_of(step, core.self);
  ++core.counters.claims_alive;
  announce_self(step, unwatched);
  member_arrived(step, core.self);
}

void Node::receive(Instant now, const Endpoint& from, Bytes datagram, Output& out) {
  run_step(*core_, now, out, [&](Step& step) { dispatch_datagram(step, from, datagram); });
}

void Node::refused(Instant now, const Endpoint& by, Bytes quoted, Output& out) {
  run_step(*core_, now, out, [&](Step& step) { on_refused(step, by, quoted); });
}

void Node::tick(Instant now, Output& out) {
  run_step(*core_, now, out, run_due);
}

Instant Node::next_deadline() const {
  return next_of(*core_);
}

std::optional<StreamId> Node::stream_accepted(Instant now, const Endpoint& from, Output& out) {
  return run_step(*core_, now, out, [&](Step& step) { return on_stream_accepted(step, from); });
}

void Node::stream_connected(Instant now, StreamId stream, Output& out) {
  run_step(*core_, now, out, [&](Step& step) { on_stream_connected(step, stream); });
}

void Node::stream_received(Instant now, StreamId stream, Bytes bytes, Output& out) {
  run_step(*core_, now, out, [&](Step& step) { on_stream_received(step, stream, bytes); });
}

void Node::stream_closed(Instant now, StreamId stream, StreamEnd end, std::string_view reason, Output& out) {
  run_step(*core_, now, out, [&](Step& step) { on_stream_closed(step, stream, end, reason); });
}

void Node::join(Instant now, CommandId command, std::span<const Seed> seeds, bool ignore_old_events,
                Output& out) {
  run_step(*core_, now, out, [&](Step& step) { begin_join(step, command, seeds, ignore_old_events); });
}

bool Node::leave(Instant now, CommandId command, Output& out) {
  return run_step(*core_, now, out, [&](Step& step) { return begin_leave(step, command); });
}

tl::expected<void, TooLarge> Node::set_tags(Instant now, CommandId command, Tags tags, Output& out) {
  return run_step(*core_, now, out,
                  [&](Step& step) { return change_own_tags(step, command, std::move(tags)); });
}

tl::expected<void, TooLarge> Node::send_event(Instant now, std::string_view name, Bytes payload,
                                              bool coalesce, Output& out) {
  return run_step(*core_, now, out,
                  [&](Step& step) { return send_user_event(step, name, payload, coalesce); });
}

void Node::force_leave(Instant now, CommandId command, std::string_view name, bool prune, Output& out) {
  run_step(*core_, now, out, [&](Step& step) { begin_force_leave(step, command, name, prune); });
}

tl::expected<void, QueryRefused> Node::query(Instant now, CommandId command, std::string_view name,
                                             Bytes payload, const QueryOptions& options, Output& out) {
  return run_step(*core_, now, out,
                  [&](Step& step) { return begin_query(step, command, name, payload, options); });
}

void Node::cancel_query(CommandId command) {
  std::erase_if(core_->own_queries.running,
                [command](const auto& query) { return query.command == command; });
}

tl::expected<void, RespondRefused> Node::respond(Instant now, const QueryKey& query, Bytes payload,
                                                 Output& out) {
  return run_step(*core_, now, out, [&](Step& step) { return respond_to_query(step, query, payload); });
}

tl::expected<void, wire::KeyError> Node::change_keyring(KeyOperation operation, Bytes key) {
  wire::Keyring& ring = core_->keyring;
  if (ring.empty()) {
    return tl::unexpected(wire::KeyError::not_installed);
  }
  switch (operation) {
    case KeyOperation::install: {
      const auto installed = ring.install(key);
      core_->counters.keys_refused += !installed && installed.error() == wire::KeyError::too_many ? 1U : 0U;
      return installed;
    }
    case KeyOperation::use:
      return use_key(*core_, key);
    case KeyOperation::remove:
      return ring.remove(key);
    case KeyOperation::list:
      break;
  }
  return {};
}

tl::expected<void, RespondRefused> Node::answer_key_request(Instant now, const QueryKey& query,
                                                            KeyOperation operation, std::string_view error,
                                                            Output& out) {
  return run_step(*core_, now, out,
                  [&](Step& step) { return answer_key_query(step, query, operation, error); });
}

}  // namespace hearsay::swim
