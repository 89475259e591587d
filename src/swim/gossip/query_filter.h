// Whom a query is for (proto/serf.md, "Queries").
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "swim/bytes.h"
#include "swim/gossip/tags.h"

namespace re2 {
class RE2;
}

namespace hearsay::swim {

/// More filters than a query of Serf's default size can hold are malformed.
inline constexpr std::size_t query_filters_max = 64;

enum class FilterResult : std::uint8_t {
  match,  // every filter lets the node answer
  no_match,
  malformed,  // unknown type, undecodable, bad or too costly pattern: not for us, yet others may see it
  harmful,    // an empty entry: a Serf agent that looks at it dies; never to be passed on
};

/// The filters of one query (wire::Query::filters), decoded and compiled once, to be held against
/// one node or many. Patterns are RE2, unanchored; a tag the node does not have is matched as "".
/// Looks into the filters' bytes, which must outlive it.
class QueryFilters {
 public:
  explicit QueryFilters(std::span<const Bytes> filters);
  ~QueryFilters();
  QueryFilters(const QueryFilters&) = delete;
  QueryFilters& operator=(const QueryFilters&) = delete;

  /// malformed or harmful filters match nobody; match: they can be used.
  [[nodiscard]] FilterResult state() const noexcept { return state_; }

  /// `tag_value` gives the value of a tag, or "".
  using TagValue = std::function<std::string_view(std::string_view tag)>;
  [[nodiscard]] FilterResult match(std::string_view name, const TagValue& tag_value) const;
  /// Against a node with tags in their encoded form.
  [[nodiscard]] FilterResult match(std::string_view name, Bytes meta) const;

 private:
  struct TagPattern {
    std::string_view tag;
    std::unique_ptr<re2::RE2> pattern;
  };

  FilterResult add(Bytes filter);
  FilterResult add_nodes(Bytes body);
  FilterResult add_tag(Bytes body);

  FilterResult state_ = FilterResult::match;
  std::vector<std::vector<std::string_view>> node_lists_;
  std::vector<TagPattern> tags_;
};

/// What makes `pattern` match nobody, wherever it is evaluated: "missing ]: [". Nothing if it can match.
[[nodiscard]] std::optional<std::string> flaw_of_pattern(std::string_view pattern);

/// Whether the query with these filters asks the node `name` with `tags`.
[[nodiscard]] FilterResult match_filters(std::span<const Bytes> filters, std::string_view name,
                                         const Tags& tags);

}  // namespace hearsay::swim
