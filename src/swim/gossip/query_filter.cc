#include "swim/gossip/query_filter.h"

#include <algorithm>

#include <re2/re2.h>

#include "swim/wire/codec.h"

namespace hearsay::swim {
namespace {

/// What one pattern may take, compiled and while it runs: patterns come from the network.
constexpr std::int64_t pattern_bytes_max = 256 * 1024;

constexpr std::byte node_filter{0};
constexpr std::byte tag_filter{1};

FilterResult match_nodes(Bytes body, std::string_view name) {
  const auto filter = wire::decode<wire::NodeFilter>(body);
  if (!filter) {
    return FilterResult::malformed;
  }
  const bool named = std::find(filter->nodes.begin(), filter->nodes.end(), name) != filter->nodes.end();
  return named ? FilterResult::match : FilterResult::no_match;
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

FilterResult match_tag(Bytes body, const Tags& tags) {
  const auto filter = wire::decode<wire::TagFilter>(body);
  if (!filter) {
    return FilterResult::malformed;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(pattern_bytes_max);
  const RE2 pattern(piece(filter->expr), options);
  if (!pattern.ok()) {
    return FilterResult::malformed;
  }
  const auto tag = tags.find(filter->tag);
  const std::string_view value = tag == tags.end() ? std::string_view() : tag->second;
  return RE2::PartialMatch(piece(value), pattern) ? FilterResult::match : FilterResult::no_match;
}

FilterResult match_one(Bytes filter, std::string_view name, const Tags& tags) {
  const Bytes body = filter.subspan(1);
  if (filter.front() == node_filter) {
    return match_nodes(body, name);
  }
  return filter.front() == tag_filter ? match_tag(body, tags) : FilterResult::malformed;
}

}  // namespace

FilterResult match_filters(std::span<const Bytes> filters, std::string_view name, const Tags& tags) {
  // All of them first: an entry that we would not come to may kill a peer that does.
  if (std::any_of(filters.begin(), filters.end(), [](Bytes filter) { return filter.empty(); })) {
    return FilterResult::harmful;
  }
  if (filters.size() > query_filters_max) {
    return FilterResult::malformed;
  }
  for (const Bytes filter : filters) {
    const FilterResult result = match_one(filter, name, tags);
    if (result != FilterResult::match) {
      return result;
    }
  }
  return FilterResult::match;
}

}  // namespace hearsay::swim
