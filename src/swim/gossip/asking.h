// Queries this node's user asks, and the answers that come in (proto/serf.md, "Queries").
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "swim/event.h"
#include "swim/node.h"
#include "swim/time.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::swim {

struct Step;

/// The command of queries that the node asks on its own account; their answers are not for the host.
inline constexpr CommandId internal_command = ~CommandId{0};

/// Votes on this node's name.
struct ConflictVotes {
  std::size_t votes = 0;
  std::size_t votes_for = 0;
};

/// Queries under way, by their Lamport time and id.
struct OwnQueries {
  struct Entry {
    CommandId command;
    std::uint64_t ltime;
    std::uint32_t id;
    Instant deadline;
    Duration linger;
    bool wants_acks;
    bool answers_expected;                       // false: acks are all there is (`_serf_ping`)
    std::set<std::string, std::less<>> waiting;  // members asked that have not answered yet
    std::set<std::string, std::less<>> acked;
    std::set<std::string, std::less<>> answered;
  };
  std::vector<Entry> running;

  [[nodiscard]] Instant next_deadline() const noexcept;
};

tl::expected<void, QueryRefused> begin_query(Step& step, CommandId command, std::string_view name,
                                             Bytes payload, const QueryOptions& options);
/// An ack or an answer to one of ours, sent by whoever is at `from`: a member, or one that relays. Only the
/// first of each kind from each member counts.
void on_query_response(Step& step, const Endpoint& from, const wire::QueryResponse& response);
void run_own_queries(Step& step);

/// gossip interval * 16 * digits of the number of members that are not gone.
[[nodiscard]] Duration default_query_timeout(const Node::Core& core);

}  // namespace hearsay::swim
