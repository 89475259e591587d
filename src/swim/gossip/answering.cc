#include "swim/gossip/answering.h"

#include "swim/core.h"
#include "swim/gossip/asking.h"
#include "swim/members/claims.h"
#include "swim/members/destinations.h"
#include "swim/members/sampling.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

void drop_expired(Step& step) {
  std::erase_if(step.core.open_queries.open,
                [&](const auto& entry) { return entry.second.deadline <= step.now; });
}

wire::QueryResponse response_to(const Step& step, const QueryKey& key, std::uint32_t flags, Bytes payload) {
  return {
      .ltime = key.ltime, .id = key.id, .from = step.core.own().name(), .flags = flags, .payload = payload};
}

/// The same answer again by way of others, for askers that this node cannot reach directly.
void relay(Step& step, const OpenQueries::Entry& query, Bytes answer) {
  Core& core = step.core;
  if (query.relay_factor == 0 || core.members.member_count() < query.relay_factor + 1U) {
    return;
  }
  Buffer message;
  wire::encode(
      wire::RelayHeader{
          .ip = query.asker.ip.wire(), .port = query.asker.port, .zone = {}, .dest_name = query.source_node},
      message);
  append(message, answer);
  if (message.size() > core.config.limits.query_response_bytes) {
    ++core.counters.relays_dropped;
    return;
  }
  sample_members(core, query.relay_factor, core.chosen, [&](MemberId id, const Member& member) {
    return !is_self(core, id) && member.status == MemberStatus::alive &&
           member.versions.protocol_max >= Versions::relay;
  });
  for (const MemberId id : core.chosen) {
    send_serf_message(step, core.members[id].at, message);
  }
}

/// Who asks about a contested name is not where others have it: votes must reach it. It needs no acks.
void answer_stranger(Step& step, const Endpoint& to, const wire::QueryResponse& response, Bytes message) {
  Core& core = step.core;
  if ((response.flags & wire::response_is_ack) != 0) {
    ++core.counters.strangers_unanswered;
    return;
  }
  put_serf_message(core.parts, message);
  send_to_stranger(step, to);
}

/// To this node itself the answer takes no detour through the network.
void deliver(Step& step, const OpenQueries::Entry& query, const wire::QueryResponse& response) {
  if (query.asker == step.core.own().at) {
    return on_query_response(step, step.core.own().at, response);
  }
  Buffer message;
  wire::encode(response, message);
  if (is_member_at(step, query.source_node, query.asker)) {
    send_serf_message(step, query.asker, message);
    return relay(step, query, message);
  }
  answer_stranger(step, query.asker, response, message);
}

}  // namespace

Instant query_deadline(Instant now, const wire::Query& query) noexcept {
  const Duration timeout(query.timeout_ns);
  return timeout > never - now ? never : now + timeout;
}

void open_query(Step& step, const wire::Query& query, const Endpoint& asker) {
  Core& core = step.core;
  auto& open = core.open_queries.open;
  const OpenQueries::Entry entry{.asker = asker,
                                 .source_node = std::string(query.source_node),
                                 .relay_factor = query.relay_factor,
                                 .deadline = query_deadline(step.now, query)};
  if (open.size() >= core.config.limits.open_queries) {
    drop_expired(step);
  }
  if (open.size() >= core.config.limits.open_queries) {
    ++core.counters.open_queries_dropped;
    open.erase(open.begin());
  }
  const QueryKey key{query.ltime, query.id};
  open.insert_or_assign(key, entry);
  if ((query.flags & wire::query_wants_ack) != 0) {
    deliver(step, entry, response_to(step, key, wire::response_is_ack, {}));
  }
}

std::size_t response_size(const Step& step, const QueryKey& key, Bytes payload) {
  Buffer message;
  wire::encode(response_to(step, key, 0, payload), message);
  return message.size();
}

tl::expected<void, RespondRefused> respond_to_query(Step& step, const QueryKey& key, Bytes payload) {
  Core& core = step.core;
  auto& open = core.open_queries.open;
  const auto found = open.find(key);
  if (found == open.end()) {
    return tl::unexpected(RespondRefused{RespondRefused::Why::already_sent, 0, 0});
  }
  if (found->second.deadline <= step.now) {
    open.erase(found);
    return tl::unexpected(RespondRefused{RespondRefused::Why::past_deadline, 0, 0});
  }
  const std::size_t size = response_size(step, key, payload);
  const std::size_t allowed = core.config.limits.query_response_bytes;
  if (size > allowed) {
    return tl::unexpected(RespondRefused{RespondRefused::Why::too_large, size, allowed});
  }
  const OpenQueries::Entry query = found->second;
  open.erase(found);
  deliver(step, query, response_to(step, key, 0, payload));
  return {};
}

}  // namespace hearsay::swim
