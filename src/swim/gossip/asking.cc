#include "swim/gossip/asking.h"

#include <algorithm>
#include <utility>

#include "swim/core.h"
#include "swim/gossip/answering.h"
#include "swim/gossip/internal_queries.h"
#include "swim/gossip/name_conflict.h"
#include "swim/gossip/queries.h"
#include "swim/gossip/query_filter.h"
#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

constexpr int timeout_mult = 16;
constexpr std::uint8_t first_with_queries = 4;

/// Filters in their encoded form; the views of wire::Query look into `storage`.
struct EncodedFilters {
  std::vector<Buffer> storage;

  explicit EncodedFilters(const QueryOptions& options) {
    if (!options.nodes.empty()) {
      wire::NodeFilter filter;
      filter.nodes.assign(options.nodes.begin(), options.nodes.end());
      wire::encode(filter, storage.emplace_back());
    }
    for (const auto& [tag, expr] : options.tags) {
      wire::encode(wire::TagFilter{.tag = tag, .expr = expr}, storage.emplace_back());
    }
  }
  [[nodiscard]] std::vector<Bytes> views() const { return {storage.begin(), storage.end()}; }
};

/// Everybody alive whom the filters ask: when all of them have answered, nothing more will come. A ping
/// waits for the failed too: one that acks was failed wrongly, which is what a ping is to find out.
std::set<std::string, std::less<>> members_asked(const Core& core, const std::vector<Bytes>& encoded,
                                                 bool is_ping) {
  const QueryFilters filters(encoded);
  std::set<std::string, std::less<>> asked;
  core.members.for_each([&](MemberId, const Member& member) {
    const bool may_answer =
        member.status == MemberStatus::alive || (is_ping && member.status == MemberStatus::failed);
    if (may_answer && filters.match(member.name(), member.meta()) == FilterResult::match) {
      asked.emplace(member.name());
    }
  });
  return asked;
}

void finish(Step& step, std::vector<OwnQueries::Entry>::iterator entry) {
  const CommandId command = entry->command;
  step.core.own_queries.running.erase(entry);
  if (command == internal_command) {
    end_conflict_vote(step);
  } else {
    step.out.events.emplace_back(QueryDone{command});
  }
}

bool complete(const OwnQueries::Entry& entry) {
  if (!entry.waiting.empty()) {
    return false;
  }
  return !entry.wants_acks || entry.acked.size() >= entry.answered.size();
}

/// More answers than members are made up.
bool believable(const Core& core, std::size_t answers, std::string_view from) {
  return answers <= core.members.member_count() && from.size() <= core.config.limits.name_bytes;
}

void take_ack(Step& step, OwnQueries::Entry& entry, std::string_view from) {
  if (!entry.wants_acks || !believable(step.core, entry.acked.size(), from) ||
      !entry.acked.emplace(from).second) {
    ++step.core.counters.query_acks_duplicate;
    return;
  }
  ++step.core.counters.query_acks;
  step.out.events.emplace_back(QueryAcked{entry.command, std::string(from)});
  if (!entry.answers_expected) {
    entry.waiting.erase(std::string(from));
  }
}

/// Votes on a name are not relayed: one in a member's name from elsewhere is forged.
bool is_forged_vote(Step& step, const OwnQueries::Entry& entry, const Endpoint& from,
                    std::string_view voter) {
  if (entry.command != internal_command) {
    return false;
  }
  const MemberId id = step.core.members.find(voter);
  const bool forged = id == no_member || step.core.members[id].at != from;
  step.core.counters.votes_refused += forged ? 1U : 0U;
  return forged;
}

void take_answer(Step& step, OwnQueries::Entry& entry, const wire::QueryResponse& response) {
  if (!believable(step.core, entry.answered.size(), response.from) ||
      !entry.answered.emplace(response.from).second) {
    ++step.core.counters.query_answers_duplicate;
    return;
  }
  ++step.core.counters.query_answers;
  if (entry.command == internal_command) {
    take_conflict_vote(step, response.from, response.payload);
  } else {
    step.out.events.emplace_back(
        QueryAnswered{.command = entry.command,
                      .from = std::string(response.from),
                      .payload = Buffer(response.payload.begin(), response.payload.end())});
  }
  entry.waiting.erase(std::string(response.from));
}

}  // namespace

Instant OwnQueries::next_deadline() const noexcept {
  Instant next = never;
  for (const Entry& entry : running) {
    next = std::min(next, entry.deadline);
  }
  return next;
}

Duration default_query_timeout(const Core& core) {
  const std::size_t here = core.members.count(Liveness::alive) + core.members.count(Liveness::suspect);
  return core.config.timing.gossip_interval * static_cast<int>(transmit_limit(timeout_mult, here));
}

tl::expected<void, QueryRefused> begin_query(Step& step, CommandId command, std::string_view name,
                                             Bytes payload, const QueryOptions& options) {
  Core& core = step.core;
  if (core.config.protocol < first_with_queries) {
    return tl::unexpected(QueryRefused{QueryRefused::Why::unsupported, 0, 0});
  }
  if (core.own_queries.running.size() >= core.config.limits.own_queries) {
    ++core.counters.own_queries_refused;
    return tl::unexpected(QueryRefused{QueryRefused::Why::too_many, 0, core.config.limits.own_queries});
  }
  const EncodedFilters filters(options);
  const Member& own = core.own();
  const Duration timeout = options.timeout > Duration::zero() ? options.timeout : default_query_timeout(core);
  wire::Query query{.ltime = core.query_clock.time(),
                    .id = static_cast<std::uint32_t>(core.random.next() >> 33U),
                    .addr = own.at.ip.wire(),
                    .port = own.at.port,
                    .source_node = own.name(),
                    .filters = filters.views(),
                    .flags = options.want_acks ? wire::query_wants_ack : 0,
                    .relay_factor = options.relay_factor,
                    .timeout_ns = timeout.count(),
                    .name = name,
                    .payload = payload};
  Buffer message;
  wire::encode(query, message);
  const std::size_t allowed = std::min(core.config.limits.query_bytes, largest_serf_rumor(core));
  if (message.size() > allowed) {
    return tl::unexpected(QueryRefused{QueryRefused::Why::too_large, message.size(), allowed});
  }
  core.query_clock.increment();
  const bool is_ping = name == ping_query;
  auto asked = members_asked(core, query.filters, is_ping);
  core.own_queries.running.push_back({.command = command,
                                      .ltime = query.ltime,
                                      .id = query.id,
                                      .deadline = asked.empty() ? step.now : query_deadline(step.now, query),
                                      .linger = options.linger,
                                      .wants_acks = options.want_acks,
                                      .answers_expected = !is_ping,
                                      .waiting = std::move(asked),
                                      .acked = {},
                                      .answered = {}});
  on_query(step, query, message);
  return {};
}

void on_query_response(Step& step, const Endpoint& from, const wire::QueryResponse& response) {
  auto& running = step.core.own_queries.running;
  const auto entry = std::ranges::find_if(running, [&](const OwnQueries::Entry& own) {
    return own.ltime == response.ltime && own.id == response.id;
  });
  if (entry == running.end()) {
    ++step.core.counters.query_answers_late;
    return;
  }
  if ((response.flags & wire::response_is_ack) != 0) {
    take_ack(step, *entry, response.from);
  } else if (!is_forged_vote(step, *entry, from, response.from)) {
    take_answer(step, *entry, response);
  }
  if (!complete(*entry)) {
    return;
  }
  if (entry->linger > Duration::zero()) {
    entry->deadline = std::min(entry->deadline, step.now + entry->linger);
  } else {
    finish(step, entry);
  }
}

void run_own_queries(Step& step) {
  auto& running = step.core.own_queries.running;
  for (auto entry = running.begin(); entry != running.end();) {
    if (entry->deadline > step.now) {
      ++entry;
      continue;
    }
    const auto at = entry - running.begin();
    finish(step, entry);
    entry = running.begin() + at;
  }
}

}  // namespace hearsay::swim
