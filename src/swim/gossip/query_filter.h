// Whom a query is for (proto/serf.md, "Queries").
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "swim/bytes.h"
#include "swim/gossip/tags.h"

namespace hearsay::swim {

/// More filters than a query of Serf's default size can hold are malformed.
inline constexpr std::size_t query_filters_max = 64;

enum class FilterResult : std::uint8_t {
  match,  // every filter lets this node answer
  no_match,
  malformed,  // unknown type, undecodable, bad or too costly pattern: not for us, yet others may see it
  harmful,    // an empty entry: a Serf agent that looks at it dies; never to be passed on
};

/// Whether the query with these filters (wire::Query::filters) asks the node `name` with `tags`.
/// Patterns are RE2, unanchored; a tag the node does not have is matched as "".
[[nodiscard]] FilterResult match_filters(std::span<const Bytes> filters, std::string_view name,
                                         const Tags& tags);

}  // namespace hearsay::swim
