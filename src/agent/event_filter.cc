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

bool is_type(std::string_view word) {
  return std::ranges::find(types, word) != types.end();
}

/// Where the tag filters begin in `text`, which begins with a filter. npos: it has none.
std::size_t start_of_tags(std::string_view text) noexcept {
  const std::size_t bracket = text.find_first_of("[,=");
  const bool has_tags = bracket != std::string_view::npos && text[bracket] == '[' &&
                        text.starts_with("member-") && is_type(text.substr(0, bracket));
  return has_tags ? bracket : std::string_view::npos;
}

/// The length of the filter that `text` begins with, up to a comma or '='; of one whose bracket is not
/// closed, npos.
std::size_t length_of_filter(std::string_view text) noexcept {
  std::size_t at = start_of_tags(text);
  while (at < text.size() && text[at] == '[') {
    const std::size_t end = closing_bracket(text.substr(at));
    if (end == std::string_view::npos) {
      return end;
    }
    at += end + 1;
  }
  return std::min(text.find_first_of(",=", at == std::string_view::npos ? 0 : at), text.size());
}

tl::expected<EventFilter, FilterMistake> parse_filter(std::string_view word) {
  const std::size_t bracket = start_of_tags(word);
  EventFilter filter = split_name(word.substr(0, bracket));
  if (!is_type(filter.type)) {
    return tl::unexpected(FilterMistake{std::move(filter.type)});
  }
  if (bracket != std::string_view::npos) {
    auto tags = parse_tag_filters(word.substr(bracket));
    if (!tags) {
      return tl::unexpected(FilterMistake{std::string(word), std::move(tags).error()});
    }
    filter.tags = *std::move(tags);
  }
  return filter;
}

/// What is said twice, or beside a filter for everything, adds nothing.
void add(std::vector<EventFilter>& filters, EventFilter filter) {
  const auto is_for_all = [](const EventFilter& one) { return one.type == "*"; };
  if (is_for_all(filter)) {
    filters.clear();
  } else if (std::ranges::any_of(filters, is_for_all) ||
             std::ranges::find(filters, filter) != filters.end()) {
    return;
  }
  filters.push_back(std::move(filter));
}

}  // namespace

bool EventFilter::matches(const swim::MemberRecord& member) const noexcept {
  return std::ranges::all_of(tags, [&](const TagFilter& tag) { return tag.matches(member); });
}

bool EventFilter::matches(const AgentEvent& event) const noexcept {
  if (type == "*") {
    return true;
  }
  if (type != event_name(event) || (!name.empty() && name != name_of(event))) {
    return false;
  }
  const auto* members = std::get_if<MembersChanged>(&event);
  return tags.empty() || members == nullptr ||
         std::ranges::any_of(members->members, [&](const auto& member) { return matches(member); });
}

tl::expected<std::vector<EventFilter>, FilterMistake> parse_event_filters(std::string_view list) {
  std::vector<EventFilter> filters;
  if (list.empty()) {
    list = "*";
  }
  while (true) {
    const std::size_t tagged =
        start_of_tags(list) == std::string_view::npos ? list.find(',') : length_of_filter(list);
    const std::size_t end = std::min(tagged, list.size());
    auto filter = parse_filter(list.substr(0, end));
    if (!filter) {
      return tl::unexpected(std::move(filter).error());
    }
    add(filters, *std::move(filter));
    if (end == list.size()) {
      return filters;
    }
    list.remove_prefix(end + 1);
  }
}

std::size_t end_of_filters(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = length_of_filter(text.substr(at));
    if (length == std::string_view::npos) {
      return text.find('=', at);  // what stands before it is told to be no filter
    }
    at += length;
    if (at == text.size()) {
      return std::string_view::npos;
    }
    if (text[at] == '=') {
      return at;
    }
    ++at;
  }
  return std::string_view::npos;
}

bool any_matches(const std::vector<EventFilter>& filters, const AgentEvent& event) noexcept {
  return std::ranges::any_of(filters, [&](const EventFilter& filter) { return filter.matches(event); });
}

std::optional<AgentEvent> narrowed(const std::vector<EventFilter>& filters, const AgentEvent& event) {
  const auto* members = std::get_if<MembersChanged>(&event);
  const auto is_for_all = [&](const EventFilter& filter) {
    return filter.tags.empty() && filter.matches(event);
  };
  if (members == nullptr || std::ranges::any_of(filters, is_for_all)) {
    return std::nullopt;
  }
  MembersChanged out{members->kind, {}};
  for (const swim::MemberRecord& member : members->members) {
    if (std::ranges::any_of(filters, [&](const EventFilter& filter) {
          return filter.type == event_name(event) && filter.matches(member);
        })) {
      out.members.push_back(member);
    }
  }
  return out;
}

}  // namespace hearsay::agent
