// What can be counted at the RPC: work, refusals, every limit hit.
#pragma once

#include <cstdint>
#include <string_view>

namespace hearsay::agent::rpc {

// name in code, name in `info` and metrics
#define HEARSAY_RPC_COUNTERS(X)                       \
  X(clients_accepted, "rpc_clients_accepted")         \
  X(clients_refused, "rpc_clients_refused")           \
  X(clients_dropped, "rpc_clients_dropped")           \
  X(clients_silent, "rpc_clients_silent")             \
  X(clients_idle, "rpc_clients_idle")                 \
  X(clients_greedy, "rpc_clients_greedy")             \
  X(requests, "rpc_requests")                         \
  X(requests_rejected, "rpc_requests_rejected")       \
  X(requests_too_large, "rpc_requests_too_large")     \
  X(commands_unsupported, "rpc_commands_unsupported") \
  X(auth_failures, "rpc_auth_failures")               \
  X(joins_refused, "rpc_joins_refused")               \
  X(filters_refused, "rpc_filters_refused")           \
  X(streams_refused, "rpc_streams_refused")           \
  X(queries_refused, "rpc_queries_refused")           \
  X(queries_forgotten, "rpc_queries_forgotten")       \
  X(events_dropped, "rpc_events_dropped")             \
  X(log_lines_dropped, "rpc_log_lines_dropped")

struct Counters {
#define HEARSAY_COUNTER_FIELD(field, name) std::uint64_t field = 0;
  HEARSAY_RPC_COUNTERS(HEARSAY_COUNTER_FIELD)
#undef HEARSAY_COUNTER_FIELD

  /// Calls visit(std::string_view name, std::uint64_t value) for each.
  template <class Visit>
  void for_each(Visit&& visit) const {
#define HEARSAY_COUNTER_VISIT(field, name) visit(std::string_view(name), field);
    HEARSAY_RPC_COUNTERS(HEARSAY_COUNTER_VISIT)
#undef HEARSAY_COUNTER_VISIT
  }
};

}  // namespace hearsay::agent::rpc
