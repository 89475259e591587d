#include "swim/gossip/queries.h"

#include <string>

#include "swim/gossip/answering.h"
#include "swim/gossip/internal_queries.h"
#include "swim/gossip/query_filter.h"
#include "swim/members/destinations.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

bool is_news(Step& step, const wire::Query& query) {
  Core& core = step.core;
  if (!core.query_clock.witness(query.ltime)) {
    ++core.counters.lamport_refused;
    return false;
  }
  switch (core.seen_queries.note(core.query_clock.time(), query.ltime, query.id)) {
    case Seen::fresh:
      return true;
    case Seen::duplicate:
      ++core.counters.queries_duplicate;
      return false;
    case Seen::too_old:
      ++core.counters.queries_too_old;
      return false;
    case Seen::refused:
      ++core.counters.queries_refused;
      return false;
  }
  return false;
}

void hand_over(Step& step, const wire::Query& query, const Endpoint& asker) {
  step.out.events.emplace_back(QueryReceived{.ltime = query.ltime,
                                             .id = query.id,
                                             .name = std::string(query.name),
                                             .source_node = std::string(query.source_node),
                                             .source = asker,
                                             .payload = Buffer(query.payload.begin(), query.payload.end()),
                                             .deadline = query_deadline(step.now, query)});
}

}  // namespace

void on_query(Step& step, const wire::Query& query, Bytes message) {
  Core& core = step.core;
  const auto ip = IpAddress::from_wire(query.addr);
  if (!ip || query.port == 0 || query.timeout_ns < 0 || crashes_serf(query) ||
      query.source_node.size() > core.config.limits.name_bytes) {
    ++core.counters.messages_rejected;
    return;
  }
  // Patterns are compiled for a query's first copy only.
  if (!is_news(step, query)) {
    return;
  }
  measure_name(step, Measured::What::query_heard, query.name);
  const FilterResult filters = QueryFilters(query.filters).match(core.own().name(), core.own().meta());
  if (filters == FilterResult::harmful) {
    ++core.counters.messages_rejected;
    return;
  }
  if ((query.flags & wire::query_no_broadcast) == 0) {
    queue_serf_rumor(step, core.query_rumors, message, unwatched);
  }
  if (filters != FilterResult::match) {
    return;
  }
  const Endpoint asker{*ip, query.port};
  open_query(step, query, asker);
  if (is_internal(query.name)) {
    answer_internal_query(step, query);
  } else {
    hand_over(step, query, asker);
  }
}

void on_relay(Step& step, const wire::RelayHeader& header, Bytes inner) {
  Core& core = step.core;
  const auto ip = IpAddress::from_wire(header.ip);
  // Serf relays nothing but answers to queries, and none longer than an answer may be.
  const bool answer = !inner.empty() &&
                      inner.front() == static_cast<std::byte>(wire::SerfType::query_response) &&
                      inner.size() <= core.config.limits.query_response_bytes &&
                      wire::decode<wire::QueryResponse>(inner.subspan(1)).has_value();
  if (!ip || header.port <= 0 || header.port > 0xffff || !answer) {
    ++core.counters.messages_rejected;
    return;
  }
  const Endpoint to{*ip, static_cast<std::uint16_t>(header.port)};
  if (!is_member_at(step, header.dest_name, to)) {
    ++core.counters.relays_dropped;
    return;
  }
  send_serf_message(step, to, inner);
}

}  // namespace hearsay::swim
