#include "swim/gossip/query_filter.h"

#include <algorithm>

#include <re2/re2.h>

#include "swim/wire/codec.h"

namespace hearsay::swim {
namespace {

/// What one pattern may take, compiled and while it runs: patterns come from the network.
constexpr std::int64_t pattern_bytes_max = 256 * 1024;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

std::unique_ptr<RE2> compile(std::string_view pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(pattern_bytes_max);
  return std::make_unique<RE2>(piece(pattern), options);
}

}  // namespace

QueryFilters::QueryFilters(std::span<const Bytes> filters) {
  // All of them first: an entry that we would not come to may kill a peer that does.
  if (std::any_of(filters.begin(), filters.end(), [](Bytes filter) { return filter.empty(); })) {
    state_ = FilterResult::harmful;
    return;
  }
  if (filters.size() > query_filters_max) {
    state_ = FilterResult::malformed;
    return;
  }
  for (const Bytes filter : filters) {
    if (state_ == FilterResult::match) {
      state_ = add(filter);
    }
  }
}

QueryFilters::~QueryFilters() = default;

FilterResult QueryFilters::add(Bytes filter) {
  const Bytes body = filter.subspan(1);
  switch (std::to_integer<std::uint8_t>(filter.front())) {
    case wire::filter_by_node:
      return add_nodes(body);
    case wire::filter_by_tag:
      return add_tag(body);
    default:
      return FilterResult::malformed;
  }
}

FilterResult QueryFilters::add_nodes(Bytes body) {
  auto filter = wire::decode<wire::NodeFilter>(body);
  if (!filter) {
    return FilterResult::malformed;
  }
  node_lists_.push_back(std::move(filter->nodes));
  return FilterResult::match;
}

FilterResult QueryFilters::add_tag(Bytes body) {
  const auto filter = wire::decode<wire::TagFilter>(body);
  if (!filter) {
    return FilterResult::malformed;
  }
  auto pattern = compile(filter->expr);
  if (!pattern->ok()) {
    return FilterResult::malformed;
  }
  tags_.push_back({filter->tag, std::move(pattern)});
  return FilterResult::match;
}

FilterResult QueryFilters::match(std::string_view name, const TagValue& tag_value) const {
  if (state_ != FilterResult::match) {
    return state_;
  }
  const bool named = std::all_of(node_lists_.begin(), node_lists_.end(), [name](const auto& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
  });
  const bool tagged = named && std::all_of(tags_.begin(), tags_.end(), [&](const TagPattern& tag) {
                        return RE2::PartialMatch(piece(tag_value(tag.tag)), *tag.pattern);
                      });
  return tagged ? FilterResult::match : FilterResult::no_match;
}

FilterResult QueryFilters::match(std::string_view name, Bytes meta) const {
  return match(name,
               [meta](std::string_view tag) { return find_tag(meta, tag).value_or(std::string_view()); });
}

std::optional<std::string> flaw_of_pattern(std::string_view pattern) {
  const auto compiled = compile(pattern);
  return compiled->ok() ? std::nullopt : std::optional(compiled->error());
}

FilterResult match_filters(std::span<const Bytes> filters, std::string_view name, const Tags& tags) {
  return QueryFilters(filters).match(name, [&tags](std::string_view tag) {
    const auto found = tags.find(tag);
    return found == tags.end() ? std::string_view() : std::string_view(found->second);
  });
}

}  // namespace hearsay::swim
