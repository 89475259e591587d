// Which events a hook or an RPC stream wants to see.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/event.h"
#include "agent/tag_filter.h"

namespace hearsay::agent {

/// One word of a filter list: an event type, `user:NAME`, `query:NAME`, or `*` for everything.
struct EventFilter {
  std::string type;               // "member-join" ..., "user", "query", "*"
  std::string name;               // of the user event or query; empty: any
  std::vector<TagFilter> tags{};  // of the members of a member event; all must match

  /// A member event matches if one of its members does.
  [[nodiscard]] bool matches(const AgentEvent& event) const noexcept;
  [[nodiscard]] bool matches(const swim::MemberRecord& member) const noexcept;

  friend bool operator==(const EventFilter&, const EventFilter&) = default;
};

/// What is wrong with a filter list: its first word that is no filter, and of our own syntax the reason.
struct FilterMistake {
  std::string word;
  std::string reason{};
};

/// A comma list; an empty one means `*`. Behind a member event may stand tag filters:
/// `member-join[svc=db],member-failed[svc=db][dc=east]`.
tl::expected<std::vector<EventFilter>, FilterMistake> parse_event_filters(std::string_view list);

/// Where the filter list that `text` begins with ends: at the first '=' that is not within a tag filter.
/// npos if there is none.
[[nodiscard]] std::size_t end_of_filters(std::string_view text) noexcept;

[[nodiscard]] bool any_matches(const std::vector<EventFilter>& filters, const AgentEvent& event) noexcept;

/// The event with only those members that the filters, of which one matches, are for. Nothing: with all of
/// them.
[[nodiscard]] std::optional<AgentEvent> narrowed(const std::vector<EventFilter>& filters,
                                                 const AgentEvent& event);

}  // namespace hearsay::agent
