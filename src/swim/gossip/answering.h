// Answers this node owes: acks, responses, and relaying them (proto/serf.md, "Queries").
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "swim/endpoint.h"
#include "swim/node.h"
#include "swim/time.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::swim {

struct Step;

/// Queries from others that this node may still answer, once each.
struct OpenQueries {
  struct Entry {
    Endpoint asker;
    std::string source_node;
    std::uint8_t relay_factor;
    Instant deadline;
  };
  std::map<QueryKey, Entry> open;  // by Lamport time: the oldest first
};

/// When a query heard now ends, whatever timeout it claims.
[[nodiscard]] Instant query_deadline(Instant now, const wire::Query& query) noexcept;
/// Remembers whom to answer, and acknowledges if that is asked for.
void open_query(Step& step, const wire::Query& query, const Endpoint& asker);
/// Sends the answer. Each query can be answered once, in time, and within the size limit.
tl::expected<void, RespondRefused> respond_to_query(Step& step, const QueryKey& key, Bytes payload);
/// How long the whole response with this payload would be, and how long it may be.
[[nodiscard]] std::size_t response_size(const Step& step, const QueryKey& key, Bytes payload);

}  // namespace hearsay::swim
