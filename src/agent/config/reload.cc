#include "agent/config/reload.h"

#include <algorithm>
#include <array>

#include "agent/config/options.h"

namespace hearsay::agent {
namespace {

/// By Option::name(). "tag" is the flag that adds to the tags.
constexpr std::array<std::string_view, 5> reloadable = {"tags", "tag", "role", "event_handlers", "log_level"};

struct Differs {
  const Config& a;
  const Config& b;

  template <class Value>
  bool operator()(Value Config::*field) const {
    return a.*field != b.*field;
  }
  bool operator()(Ignored) const { return false; }
  bool operator()(Section) const { return false; }
};

const std::string* find(const swim::Tags& tags, const std::string& key) {
  const auto found = tags.find(key);
  return found == tags.end() ? nullptr : &found->second;
}

}  // namespace

swim::Tags reload_tags(const swim::Tags& current, const swim::Tags& read_before, const swim::Tags& read_now) {
  swim::Tags out = current;
  for (const auto& [key, value] : read_before) {
    if (find(read_now, key) == nullptr) {
      out.erase(key);
    }
  }
  for (const auto& [key, value] : read_now) {
    const std::string* const before = find(read_before, key);
    if (before == nullptr || *before != value) {
      out.insert_or_assign(key, value);
    }
  }
  return out;
}

std::vector<std::string> changes_that_need_restart(const Config& started_with, const Config& now) {
  std::vector<std::string> out;
  for (const Option& option : options()) {
    const bool fixed = std::ranges::find(reloadable, option.name()) == reloadable.end();
    if (fixed && std::visit(Differs{started_with, now}, option.field)) {
      out.push_back("Warning: " + now.origin(option.name()) +
                    " has changed: restart the agent for it to take effect");
    }
  }
  return out;
}

}  // namespace hearsay::agent
