// The agent: puts the core, its sockets, files, hooks and RPC together.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/background_join.h"
#include "agent/coalescer.h"
#include "agent/config/settings.h"
#include "agent/counters.h"
#include "agent/gossip.h"
#include "agent/hooks/dispatcher.h"
#include "agent/joiner.h"
#include "agent/listeners.h"
#include "agent/log.h"
#include "agent/mdns/discovery.h"
#include "agent/metrics/telemetry.h"
#include "agent/own_tags.h"
#include "agent/pending_commands.h"
#include "agent/queries.h"
#include "agent/rpc/server.h"
#include "agent/seed_watch.h"
#include "agent/state/snapshot.h"

namespace hearsay::agent {

class Agent final : private rpc::Backend {
 public:
  struct Host {
    loop::Loop& loop;
    Terminal& terminal;
    Terminal& errors;
    Log& log;
    /// An RPC client made us leave: time to shut_down().
    std::function<void()> on_left;
    /// The cluster says that our name is another's: time to shut_down().
    std::function<void()> on_name_lost;
    /// -retry-join has given up.
    std::function<void()> on_join_given_up;
    /// From which the gossip sockets are taken, if they are there.
    systemd::GivenSockets* given_sockets = nullptr;
    /// Behave exactly as Serf: no section of our own in `info`.
    bool serf_mode = false;
  };

  /// Opens the gossip sockets and the snapshot and gives life to the node. Errors, here and below,
  /// are one line that says what to do.
  static tl::expected<std::unique_ptr<Agent>, std::string> start(Host host, Settings settings);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  [[nodiscard]] tl::expected<void, std::string> open_rpc();
  /// Whether joins of this agent's own accord are to bring it events from before them.
  [[nodiscard]] bool replays() const noexcept { return replays_; }
  /// -join: the caller waits for it.
  void join_at_start(Joiner::Done done);
  /// -retry-join and the members of the snapshot.
  void start_background_joins();

  /// Says goodbye. The error is one of the texts in proto/rpc.md; empty: it has spread, or there was
  /// no more time for it.
  void leave_cluster(const std::function<void(std::string error)>& done);
  /// Ends what runs. With `finish_hooks` events that are held back are told first, and scripts get a
  /// moment to end. `done` is called later or at once; then the agent may be destroyed.
  void shut_down(bool finish_hooks, std::function<void()> done);

  /// Log level, event handlers and tags of a configuration read anew; the rest stays.
  void reload(const Settings& settings);

  /// Everything that is counted, always in the same order.
  void visit_counters(const CounterVisitor& visit) const;
  /// How full everything is that has a limit, always in the same order.
  void visit_gauges(const CounterVisitor& visit) const;
  /// Both as texts, by name.
  [[nodiscard]] std::map<std::string, std::string> figures() const;
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] const swim::Node& node() const override { return gossip_->node(); }
  [[nodiscard]] const Gossip& gossip() const noexcept { return *gossip_; }

 private:
  Agent(Host host, Settings settings, std::unique_ptr<Gossip> gossip,
        std::optional<state::Snapshot> snapshot);

  // ---- rpc::Backend --------------------------------------------------------------------------
  [[nodiscard]] rpc::StatsTree stats() const override;
  void join(std::vector<std::string> addresses, bool replay,
            std::function<void(std::size_t contacted, std::string error)> done) override;
  void leave(std::function<void(std::string error)> done) override;
  void force_leave(std::string_view name, bool prune, std::function<void(std::string error)> done) override;
  void update_tags(const swim::Tags& set, const std::vector<std::string>& remove,
                   std::function<void(std::string error)> done) override;
  std::string send_event(std::string_view name, swim::Bytes payload, bool coalesce) override;
  std::string query(std::string_view name, swim::Bytes payload, const swim::QueryOptions& options,
                    QueryListener& listener) override {
    return queries_.ask(name, payload, options, listener);
  }
  void cancel_query(const QueryListener& listener) override { queries_.cancel(listener); }
  std::string respond(const swim::QueryKey& query, swim::Bytes payload) override {
    return queries_.respond(query, payload);
  }
  void add_event_listener(EventListener& listener) override;
  void remove_event_listener(EventListener& listener) override;
  void add_log_listener(rpc::LogListener& listener) override { host_.log.add_listener(listener); }
  void remove_log_listener(rpc::LogListener& listener) override { host_.log.remove_listener(listener); }

  void start_node();
  void start_metrics();
  [[nodiscard]] hooks::Dispatcher::Host hook_host();
  void log_restored();
  /// -discover.
  [[nodiscard]] tl::expected<void, std::string> open_discovery();
  void join_discovered(const std::vector<std::string>& addresses);
  void on_event(swim::Event event);
  void record(const swim::Event& event);
  void tell();
  void note_audience();
  void stop_background_joins();

  Host host_;
  Settings settings_;
  std::unique_ptr<Gossip> gossip_;
  std::unique_ptr<metrics::Telemetry> telemetry_;  // none if nobody collects metrics
  std::optional<state::Snapshot> snapshot_;
  bool replays_;
  PendingCommands commands_;
  OpenQueries queries_;
  OwnTags tags_;
  Listeners<EventListener> listeners_;
  hooks::Dispatcher hooks_;
  bool has_handlers_ = false;  // now; settings_ has those of the start
  Coalescer coalescer_;
  std::vector<AgentEvent> to_tell_;
  loop::Timer coalescer_timer_;
  Joiner joiner_;
  Joiner client_joiner_;  // so that what clients ask for does not hold up our own joins
  SeedWatch seed_watch_;
  RetryJoin retry_join_;
  std::optional<Rejoin> rejoin_;
  std::unique_ptr<mdns::Discovery> discovery_;
  std::unique_ptr<rpc::Server> rpc_;
};

}  // namespace hearsay::agent
