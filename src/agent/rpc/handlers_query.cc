#include <string>
#include <utility>

#include "agent/loop/loop.h"
#include "agent/rpc/errors.h"
#include "agent/rpc/handlers.h"
#include "agent/rpc/query_stream.h"
#include "agent/rpc/session.h"

namespace hearsay::agent::rpc::handlers {
namespace {

constexpr std::string_view internal_prefix = "_serf_";
constexpr std::string_view ping = "_serf_ping";

/// What the cluster asks itself is not for clients, but for the ping of `reachability`.
bool is_reserved(const QueryRequest& request) {
  return request.name.starts_with(internal_prefix) && (request.name != ping || !request.payload.empty());
}

swim::QueryOptions options_of(const QueryRequest& request) {
  swim::QueryOptions options{.nodes = {request.filter_nodes.begin(), request.filter_nodes.end()},
                             .tags = {},
                             .want_acks = request.request_ack,
                             .relay_factor = request.relay_factor,
                             .timeout = swim::Duration(request.timeout_ns),
                             .linger = limits::query_linger};
  for (const auto& [tag, pattern] : request.filter_tags) {
    options.tags.insert_or_assign(std::string(tag), std::string(pattern));
  }
  return options;
}

/// The error of a query that may not or cannot be asked; one that was is answered by its stream.
std::string ask(Session& session, const QueryRequest& request) {
  auto& queries = session.streams().queries;
  std::erase_if(queries, [](const auto& query) { return query->done(); });
  if (is_reserved(request)) {
    return std::string(error::internal_query);
  }
  if (queries.size() >= limits::queries_per_client) {
    ++session.host().counters.queries_refused;
    return std::string(error::too_many_queries);
  }
  auto stream = std::make_unique<QueryStream>(session.backend(), session.record_sink(), session.seq());
  std::string error = session.backend().query(request.name, request.payload, options_of(request), *stream);
  if (error.empty()) {
    queries.push_back(std::move(stream));
  }
  return error;
}

}  // namespace

Outcome query(Session& session, const QueryRequest& request) {
  if (const std::string error = ask(session, request); !error.empty()) {
    session.answer(error);
  }
  return Outcome::done;
}

Outcome respond(Session& session, const RespondRequest& request) {
  const auto query = session.answerable().find(request.id, loop::Loop::now());
  if (query) {
    session.answer(session.backend().respond(*query, request.payload));
  } else {
    session.answer(error::no_pending_query);
  }
  return Outcome::done;
}

}  // namespace hearsay::agent::rpc::handlers
