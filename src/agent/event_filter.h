// Which events a hook or an RPC stream wants to see.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/event.h"

namespace hearsay::agent {

/// One word of a filter list: an event type, `user:NAME`, `query:NAME`, or `*` for everything.
struct EventFilter {
  std::string type;  // "member-join" ..., "user", "query", "*"
  std::string name;  // of the user event or query; empty: any

  [[nodiscard]] bool matches(const AgentEvent& event) const noexcept;

  friend bool operator==(const EventFilter&, const EventFilter&) = default;
};

/// A comma list; an empty one means `*`. The error is the first word that is no filter.
tl::expected<std::vector<EventFilter>, std::string> parse_event_filters(std::string_view list);

[[nodiscard]] bool any_matches(const std::vector<EventFilter>& filters, const AgentEvent& event) noexcept;

}  // namespace hearsay::agent
