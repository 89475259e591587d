#include "agent/event_filter.h"

#include <algorithm>
#include <array>

namespace hearsay::agent {
namespace {

constexpr std::array<std::string_view, 8> types = {
    "*", "member-join", "member-leave", "member-failed", "member-update", "member-reap", "user", "query"};

EventFilter split_name(std::string_view word) {
  for (const std::string_view type : {"user", "query"}) {
    if (word.size() > type.size() && word.starts_with(type) && word[type.size()] == ':') {
      return {std::string(type), std::string(word.substr(type.size() + 1))};
    }
  }
  return {std::string(word), {}};
}

/// Empty for member events.
std::string_view name_of(const AgentEvent& event) noexcept {
  if (const auto* user = std::get_if<swim::UserEventReceived>(&event)) {
    return user->name;
  }
  const auto* query = std::get_if<swim::QueryReceived>(&event);
  return query != nullptr ? std::string_view(query->name) : std::string_view();
}

}  // namespace

bool EventFilter::matches(const AgentEvent& event) const noexcept {
  if (type == "*") {
    return true;
  }
  return type == event_name(event) && (name.empty() || name == name_of(event));
}

tl::expected<std::vector<EventFilter>, std::string> parse_event_filters(std::string_view list) {
  std::vector<EventFilter> filters;
  if (list.empty()) {
    list = "*";
  }
  while (true) {
    const std::size_t comma = list.find(',');
    EventFilter filter = split_name(list.substr(0, comma));
    if (std::ranges::find(types, filter.type) == types.end()) {
      return tl::unexpected(std::move(filter.type));
    }
    filters.push_back(std::move(filter));
    if (comma == std::string_view::npos) {
      return filters;
    }
    list.remove_prefix(comma + 1);
  }
}

bool any_matches(const std::vector<EventFilter>& filters, const AgentEvent& event) noexcept {
  return std::ranges::any_of(filters, [&](const EventFilter& filter) { return filter.matches(event); });
}

}  // namespace hearsay::agent
