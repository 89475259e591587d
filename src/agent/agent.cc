#include "agent/agent.h"

#include <sodium.h>

#include <utility>

#include "agent/config/quote.h"
#include "agent/event_log.h"
#include "agent/key_requests.h"
#include "agent/net/address.h"
#include "agent/open_rpc.h"
#include "agent/reach.h"
#include "agent/refusals.h"
#include "agent/stats.h"

namespace hearsay::agent {
namespace {

constexpr std::size_t shown_max = 256;  // of what a client sent, in a line of the log

tl::expected<std::optional<state::Snapshot>, std::string> open_snapshot(loop::Loop& loop,
                                                                        const Config& config) {
  if (config.snapshot_path.empty()) {
    return std::nullopt;
  }
  auto snapshot = state::Snapshot::open(loop, config.snapshot_path, config.rejoin_after_leave);
  if (!snapshot) {
    return tl::unexpected("Failed to open snapshot '" + config.snapshot_path + "' (" +
                          config.origin("snapshot_path") + "): " + snapshot.error());
  }
  return std::optional(std::move(*snapshot));
}

/// An agent whose snapshot says how far it had come skips no event on a join: what it has seen is too old
/// anyway, and what it missed while it was down is news.
bool replays_at_joins(const Config& config, const std::optional<state::Snapshot>& snapshot) {
  return config.replay_on_join || (snapshot && snapshot->contents().clocks.event > 0);
}

/// Hosts that boot together find each other's agents down at first. So unless the user says how often or how
/// many times to try, the second try comes soon.
RetryJoin::Plan retry_plan(const Config& config, bool replay) {
  const bool backs_off = !config.origins.contains("retry_interval");
  const bool is_soon = backs_off && config.retry_max_attempts == 0;
  return {.addresses = config.retry_join,
          .replay = replay,
          .interval = is_soon ? std::chrono::seconds(1) : config.retry_interval,
          .backs_off = backs_off,
          .attempts_max = config.retry_max_attempts};
}

}  // namespace

tl::expected<std::unique_ptr<Agent>, std::string> Agent::start(Host host, Settings settings) {
  auto snapshot = open_snapshot(host.loop, settings.given);
  if (!snapshot) {
    return tl::unexpected(snapshot.error());
  }
  host.loop.set_link(settings.link);
  auto gossip = Gossip::open(host.loop, settings.bind, host.given_sockets);
  if (!gossip) {
    return tl::unexpected(gossip.error());
  }
  std::unique_ptr<Agent> agent(
      new Agent(std::move(host), std::move(settings), std::move(*gossip), std::move(*snapshot)));
  agent->start_node();
  return agent->open_discovery().map([&] { return std::move(agent); });
}

Agent::Agent(Host host, Settings settings, std::unique_ptr<Gossip> gossip,
             std::optional<state::Snapshot> snapshot)
    : host_(std::move(host)),
      settings_(std::move(settings)),
      gossip_(std::move(gossip)),
      snapshot_(std::move(snapshot)),
      replays_(replays_at_joins(settings_.given, snapshot_)),
      queries_(*gossip_, host_.log),
      tags_(*gossip_, commands_, host_.log, settings_.node.tags, settings_.given.tags_file),
      hooks_(host_.loop, hook_host()),
      coalescer_timer_(host_.loop,
                       [this] {
                         coalescer_.tick(loop::Loop::now(), to_tell_);
                         tell();
                       }),
      joiner_(host_.loop, *gossip_, commands_, host_.log),
      client_joiner_(host_.loop, *gossip_, commands_, host_.log),
      seed_watch_(host_.loop, joiner_, {}),
      retry_join_(host_.loop, joiner_, host_.log, retry_plan(settings_.given, replays_),
                  {.joined = [this] { seed_watch_.watch(settings_.given.retry_join); },
                   .given_up = host_.on_join_given_up}) {}

Agent::~Agent() = default;

hooks::Dispatcher::Host Agent::hook_host() {
  return {.self =
              [this] {
                return hooks::Self{node().config().name, node().tags()};
              },
          .log = [this](swim::Notice::Level level,
                        std::string_view text) { host_.log.write(to_log_level(level), text); },
          .respond =
              [this](const swim::QueryReceived& query, swim::Bytes answer) {
                return queries_.respond({query.ltime, query.id}, answer);
              },
          .ran =
              [this](std::string_view script, swim::Duration took) {
                if (telemetry_ != nullptr) {
                  telemetry_->on_script(script, took);
                }
              }};
}

void Agent::start_node() {
  swim::Config& config = settings_.node;
  settings_.bind.port = gossip_->port();
  config.bind_port = gossip_->port();
  if (config.advertise.port == 0) {
    config.advertise.port = gossip_->port();
  }
  randombytes_buf(config.nonce_bits.data(), config.nonce_bits.size());
  if (snapshot_) {
    const state::SnapshotClocks& clocks = snapshot_->contents().clocks;
    config.last_member_ltime = clocks.member;
    config.last_event_ltime = clocks.event;
    config.last_query_ltime = clocks.query;
    // Before the first events: they go into the same book.
    rejoin_.emplace(host_.loop, *gossip_, joiner_, host_.log, snapshot_->contents(), config);
  }
  std::uint64_t seed = 0;
  randombytes_buf(&seed, sizeof(seed));
  hooks_.set_handlers(settings_.handlers);
  has_handlers_ = !settings_.handlers.empty();
  note_audience();
  log_restored();
  start_metrics();
  host_.log.info("agent: Serf agent starting");
  gossip_->start(config, seed, [this](swim::Event event) { on_event(std::move(event)); });
  for (swim::Buffer& key : config.keys) {
    sodium_memzero(key.data(), key.size());  // the node has them
  }
}

void Agent::log_restored() {
  const Config& given = settings_.given;
  if (!given.tags_file.empty() && !given.tags.empty()) {
    host_.log.info("agent: Restored " + std::to_string(given.tags.size()) + " tag(s) from " +
                   given.tags_file);
  }
  if (!given.keyring_file.empty()) {
    host_.log.info("agent: Restored keyring with " + std::to_string(settings_.node.keys.size()) +
                   " keys from " + given.keyring_file);
  }
}

tl::expected<void, std::string> Agent::open_rpc() {
  settings_.given.rpc_shows_keys |= host_.serf_mode;
  return open_rpc_server(host_.loop, settings_, *this, host_.log).map([this](auto server) {
    rpc_ = std::move(server);
  });
}

void Agent::join_at_start(Joiner::Done done) {
  joiner_.join(settings_.given.start_join, replays_, std::move(done));
}

void Agent::start_background_joins() {
  if (rejoin_) {
    rejoin_->start();
  }
  seed_watch_.watch(settings_.given.start_join);
  retry_join_.start();
  if (discovery_) {
    discovery_->start_asking();
  }
}

void Agent::stop_background_joins() {
  if (rejoin_) {
    rejoin_->stop();
  }
  retry_join_.stop();
  seed_watch_.stop();
  discovery_.reset();  // who leaves is not to be found any more
}

tl::expected<void, std::string> Agent::open_discovery() {
  const Settings& s = settings_;
  if (!s.discovery) {
    return {};
  }
  auto opened = mdns::Discovery::open(
      host_.loop, mdns::serf_service(s.given.discover, s.node.name, s.node.advertise), *s.discovery,
      {.is_known = [this](const swim::Endpoint& at) { return is_alive_at(node().members(), at); },
       .join = [this](const std::vector<std::string>& addresses) { join_discovered(addresses); },
       .log = &host_.log});
  if (!opened) {
    return tl::unexpected("Error starting mDNS listener: " + opened.error());
  }
  discovery_ = std::move(*opened);
  return {};
}

void Agent::join_discovered(const std::vector<std::string>& addresses) {
  joiner_.join(addresses, replays_, [this](std::size_t contacted, const std::string& error) {
    if (error.empty()) {
      host_.log.info("agent.mdns: Joined " + std::to_string(contacted) + " hosts");
    } else {
      host_.log.err("agent.mdns: Failed to join: " + one_line(error));
    }
  });
}

// ---- what happens --------------------------------------------------------------------------------

void Agent::on_event(swim::Event event) {
  if (telemetry_ != nullptr) {
    telemetry_->on_event(event);
  }
  if (std::holds_alternative<swim::Measured>(event)) {
    return;
  }
  log_event(host_.log, event, settings_.node.resolve_conflicts);
  record(event);
  if (const auto* joined = std::get_if<swim::JoinDone>(&event)) {
    commands_.complete(*joined);
  } else if (const auto* done = std::get_if<swim::CommandDone>(&event)) {
    commands_.complete(*done);
  } else if (queries_.take(event)) {
    return;
  } else if (const auto* keys = std::get_if<swim::KeyRequested>(&event)) {
    answer_key_request(*gossip_, host_.log, settings_.given.keyring_file, *keys);
  } else if (const auto* verdict = std::get_if<swim::ConflictResolved>(&event)) {
    if (verdict->lost) {
      host_.on_name_lost();
    }
  } else {
    coalescer_.take(loop::Loop::now(), std::move(event), to_tell_);
    tell();
  }
}

void Agent::record(const swim::Event& event) {
  if (!snapshot_) {
    return;
  }
  if (const auto* change = std::get_if<swim::MemberEvent>(&event)) {
    snapshot_->record(*change);
  }
  // The clocks say which time comes next; a snapshot holds the last that was seen.
  const swim::Stats stats = node().stats();
  snapshot_->record_clocks(
      {.member = stats.member_time - 1, .event = stats.event_time - 1, .query = stats.query_time - 1});
}

void Agent::tell() {
  std::vector<AgentEvent> events;
  events.swap(to_tell_);  // a listener may cause more
  for (const AgentEvent& event : events) {
    log_received(host_.log, event);
    hooks_.on_event(event);
    listeners_.for_each([&](EventListener& listener) { listener.on_event(event); });
  }
  coalescer_timer_.arm_at(coalescer_.next_deadline());
}

void Agent::add_event_listener(EventListener& listener) {
  listeners_.add(listener);
  note_audience();
}

void Agent::remove_event_listener(EventListener& listener) {
  listeners_.remove(listener);
  note_audience();
}

void Agent::note_audience() {
  coalescer_.set_heard(!listeners_.empty() || has_handlers_);
  coalescer_timer_.arm_at(coalescer_.next_deadline());
}

// ---- what clients want ---------------------------------------------------------------------------

void Agent::join(std::vector<std::string> addresses, bool replay,
                 std::function<void(std::size_t contacted, std::string error)> done) {
  client_joiner_.join(addresses, replay, std::move(done));
}

void Agent::leave(std::function<void(std::string error)> done) {
  leave_cluster([this, done = std::move(done)](const std::string& error) {
    done(error);
    if (error.empty()) {
      rpc_->wind_down(host_.on_left);  // the answer has to reach whoever asked for this
    }
  });
}

void Agent::leave_cluster(const std::function<void(std::string error)>& done) {
  host_.log.info("agent: requesting graceful leave from Serf");
  stop_background_joins();
  if (node().phase() == swim::Phase::left) {
    done({});
    return;
  }
  const swim::CommandId command = commands_.expect([this, done](const swim::CommandDone& result) {
    if (result.timed_out) {
      host_.log.warn("serf: timeout while waiting for graceful leave");
    }
    done({});
  });
  if (snapshot_) {
    snapshot_->record_leave();
  }
  const bool accepted = gossip_->act(
      [&](swim::Node& node, swim::Instant now, swim::Output& out) { return node.leave(now, command, out); });
  if (!accepted) {
    commands_.forget(command);
    done("Leave already in progress");
  }
}

void Agent::force_leave(std::string_view name, bool prune, std::function<void(std::string error)> done) {
  host_.log.info((prune ? "agent: Force leaving node (prune): " : "agent: Force leaving node: ") +
                 abbreviate(name, shown_max));
  const swim::CommandId command = commands_.expect([done = std::move(done)](const swim::CommandDone& result) {
    done(result.timed_out ? "timed out broadcasting node removal" : std::string());
  });
  gossip_->act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    node.force_leave(now, command, name, prune, out);
  });
}

void Agent::update_tags(const swim::Tags& set, const std::vector<std::string>& remove,
                        std::function<void(std::string error)> done) {
  tags_.update(set, remove, done);
}

std::string Agent::send_event(std::string_view name, swim::Bytes payload, bool coalesce) {
  host_.log.debug("agent: Requesting user event send: " + abbreviate(name, shown_max) +
                  ". Coalesced: " + (coalesce ? "true" : "false") +
                  ". Payload: " + quote(abbreviate(swim::as_text(payload), shown_max)));
  const auto sent = gossip_->act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    return node.send_event(now, name, payload, coalesce, out);
  });
  if (sent) {
    return {};
  }
  std::string error = describe(sent.error());
  host_.log.warn("agent: failed to send user event: " + error);
  return error;
}

rpc::StatsTree Agent::stats() const {
  rpc::StatsTree tree = serf_stats(node(), settings_);
  if (!host_.serf_mode) {
    tree["hearsay"] = figures();
  }
  return tree;
}

// ---- life ----------------------------------------------------------------------------------------

void Agent::reload(const Settings& settings) {
  host_.log.set_level(settings.log_level);
  hooks_.set_handlers(settings.handlers);
  has_handlers_ = !settings.handlers.empty();
  note_audience();
  tags_.reload(settings.node.tags, [this](const std::string& error) {
    if (!error.empty()) {
      host_.terminal.heading("Failed to update tags: " + error);
    }
  });
}

void Agent::shut_down(bool finish_hooks, std::function<void()> done) {
  host_.log.info("agent: requesting serf shutdown");
  stop_background_joins();
  if (node().phase() != swim::Phase::left) {
    host_.log.warn("serf: Shutdown without a Leave");
  }
  const auto end = [this, done = std::move(done)] {
    if (snapshot_) {
      snapshot_->flush();
    }
    if (telemetry_ != nullptr) {
      telemetry_->flush();
    }
    host_.log.info("agent: shutdown complete");
    done();
  };
  if (!finish_hooks) {
    end();
    return;
  }
  coalescer_.flush(to_tell_);
  tell();
  hooks_.stop(end);
}

}  // namespace hearsay::agent
