// What the RPC server needs of the agent, and nothing more: so it can be tested without one.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/event.h"
#include "agent/query_listener.h"
#include "swim/node.h"

namespace hearsay::agent::rpc {

/// section -> key -> value, all text, as `info` prints it.
using StatsTree = std::map<std::string, std::map<std::string, std::string>>;

/// A sink for log lines; lines carry no newline.
class LogListener {
 public:
  virtual void on_log_line(std::string_view line) = 0;

 protected:
  ~LogListener() = default;
};

/// Every callback runs on the loop, later or before the call returns, exactly once, unless the
/// agent shuts down first. An empty error text means success; others are the texts that clients
/// match on (proto/rpc.md, "Errors").
class Backend {
 public:
  [[nodiscard]] virtual const swim::Node& node() const = 0;
  [[nodiscard]] virtual StatsTree stats() const = 0;

  virtual void join(std::vector<std::string> addresses, bool replay,
                    std::function<void(std::size_t contacted, std::string error)> done) = 0;
  /// Leaves the cluster, answers, then the agent shuts down.
  virtual void leave(std::function<void(std::string error)> done) = 0;
  virtual void force_leave(std::string_view name, bool prune,
                           std::function<void(std::string error)> done) = 0;
  /// Deletes first, then sets.
  virtual void update_tags(const swim::Tags& set, const std::vector<std::string>& remove,
                           std::function<void(std::string error)> done) = 0;
  virtual std::string send_event(std::string_view name, swim::Bytes payload, bool coalesce) = 0;

  /// Asks the cluster; `listener` is told how it goes, maybe before the call returns (query_listener.h).
  /// Internal names (`_serf_`) are asked too: whether a client may is the caller's business.
  virtual std::string query(std::string_view name, swim::Bytes payload, const swim::QueryOptions& options,
                            QueryListener& listener) = 0;
  /// The listener hears no more and may go. Nothing happens if it has no query under way.
  virtual void cancel_query(const QueryListener& listener) = 0;
  /// Answers a query received, once and in time.
  virtual std::string respond(const swim::QueryKey& query, swim::Bytes payload) = 0;

  /// Listeners are called until removed; a listener may remove itself during its call.
  virtual void add_event_listener(EventListener& listener) = 0;
  virtual void remove_event_listener(EventListener& listener) = 0;
  /// First replays the buffered lines (at most 512), then follows.
  virtual void add_log_listener(LogListener& listener) = 0;
  virtual void remove_log_listener(LogListener& listener) = 0;

 protected:
  ~Backend() = default;
};

}  // namespace hearsay::agent::rpc
