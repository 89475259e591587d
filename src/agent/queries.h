// Queries that this agent's clients ask and answer.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "agent/gossip.h"
#include "agent/log.h"
#include "agent/query_listener.h"
#include "swim/event.h"
#include "swim/node.h"

namespace hearsay::agent {

/// Brings what the node says of a query to whoever asked it. There is one entry for each query under way
/// at the node, which takes Limits::own_queries at most and counts those beyond (`own_queries_refused`).
/// Errors are the texts of refusals.h; empty: none.
class OpenQueries {
 public:
  /// Both outlive this.
  OpenQueries(Gossip& gossip, Log& log) : gossip_(gossip), log_(log) {}

  /// One query at a time a listener. Internal names (`_serf_`) are not refused here.
  std::string ask(std::string_view name, swim::Bytes payload, const swim::QueryOptions& options,
                  QueryListener& listener);
  /// The listener hears no more. Nothing happens if it has no query.
  void cancel(const QueryListener& listener);
  std::string respond(const swim::QueryKey& query, swim::Bytes payload);

  /// False: the event is about no query asked here.
  bool take(const swim::Event& event);

 private:
  [[nodiscard]] QueryListener* listener_of(swim::CommandId command) const;

  Gossip& gossip_;
  Log& log_;
  std::map<swim::CommandId, QueryListener*> open_;
  swim::CommandId last_ = 0;
};

}  // namespace hearsay::agent
