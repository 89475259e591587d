#include "swim/gossip/queries.h"

#include <string>

#include "swim/gossip/query_filter.h"
#include "swim/members/claims.h"
#include "swim/members/sampling.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

constexpr std::uint8_t first_with_relay = 5;
constexpr std::string_view key_query_suffix = "-key";
constexpr std::string_view internal_prefix = "_serf_";

/// Serf takes the payload of a key query apart without looking whether there is one.
bool crashes_serf(const wire::Query& query) {
  return query.name.starts_with(internal_prefix) && query.name.find(key_query_suffix) != query.name.npos &&
         query.payload.empty();
}

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

/// The same answer again by way of others, for askers that this node cannot reach directly.
void relay(Step& step, const wire::Query& query, const Endpoint& asker, Bytes answer) {
  Core& core = step.core;
  if (query.relay_factor == 0 || core.members.member_count() < query.relay_factor + 1U) {
    return;
  }
  Buffer message;
  wire::encode(
      wire::RelayHeader{
          .ip = asker.ip.wire(), .port = asker.port, .zone = {}, .dest_name = query.source_node},
      message);
  append(message, answer);
  sample_members(core, query.relay_factor, core.chosen, [&](MemberId id, const Member& member) {
    return !is_self(core, id) && member.status == MemberStatus::alive &&
           member.versions.protocol_max >= first_with_relay;
  });
  for (const MemberId id : core.chosen) {
    send_serf_message(step, core.members[id].at, message);
  }
}

void acknowledge(Step& step, const wire::Query& query, const Endpoint& asker) {
  Buffer message;
  wire::encode(wire::QueryResponse{.ltime = query.ltime,
                                   .id = query.id,
                                   .from = step.core.own().name(),
                                   .flags = wire::response_is_ack,
                                   .payload = {}},
               message);
  send_serf_message(step, asker, message);
  relay(step, query, asker, message);
}

QueryReceived received(const Step& step, const wire::Query& query, const Endpoint& asker) {
  return {.ltime = query.ltime,
          .id = query.id,
          .name = std::string(query.name),
          .source_node = std::string(query.source_node),
          .source = asker,
          .payload = Buffer(query.payload.begin(), query.payload.end()),
          .deadline = step.now + Duration(query.timeout_ns)};
}

}  // namespace

void on_query(Step& step, const wire::Query& query, Bytes message) {
  Core& core = step.core;
  const auto ip = IpAddress::from_wire(query.addr);
  if (!ip || query.port == 0 || query.timeout_ns < 0 || crashes_serf(query)) {
    ++core.counters.messages_rejected;
    return;
  }
  // Patterns are compiled for a query's first copy only.
  if (!is_news(step, query)) {
    return;
  }
  const FilterResult filters = match_filters(query.filters, core.own().name(), core.config.tags);
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
  if ((query.flags & wire::query_wants_ack) != 0) {
    acknowledge(step, query, asker);
  }
  step.out.events.emplace_back(received(step, query, asker));
}

void on_relay(Step& step, const wire::RelayHeader& header, Bytes inner) {
  Core& core = step.core;
  const auto ip = IpAddress::from_wire(header.ip);
  if (!ip || header.port <= 0 || header.port > 0xffff || inner.empty()) {
    ++core.counters.messages_rejected;
    return;
  }
  send_serf_message(step, {*ip, static_cast<std::uint16_t>(header.port)}, inner);
}

}  // namespace hearsay::swim
