#include "agent/hooks/environment.h"

#include <map>

#include "agent/config/quote.h"

namespace hearsay::agent::hooks {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

Variables read_inherited(const char* const* inherited) {
  Variables variables;
  for (; *inherited != nullptr; ++inherited) {
    const std::string_view line = *inherited;
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) {
      variables.insert_or_assign(std::string(line.substr(0, equals)), std::string(line.substr(equals + 1)));
    }
  }
  return variables;
}

void add_self(const Self& self, Variables& variables) {
  const auto role = self.tags.find("role");
  variables["SERF_SELF_NAME"] = self.name;
  variables["SERF_SELF_ROLE"] = role == self.tags.end() ? std::string() : role->second;
  for (const auto& [key, value] : self.tags) {
    variables[tag_variable(key)] = value;
  }
}

/// Names come from the network.
std::string inert(std::string_view name) {
  std::string out;
  append_inert(out, name);
  return out;
}

void add_event(const AgentEvent& event, Variables& variables) {
  variables["SERF_EVENT"] = event_name(event);
  if (const auto* user = std::get_if<swim::UserEventReceived>(&event)) {
    variables["SERF_USER_EVENT"] = inert(user->name);
    variables["SERF_USER_LTIME"] = std::to_string(user->ltime);
  } else if (const auto* query = std::get_if<swim::QueryReceived>(&event)) {
    variables["SERF_QUERY_NAME"] = inert(query->name);
    variables["SERF_QUERY_LTIME"] = std::to_string(query->ltime);
  }
}

}  // namespace

std::string tag_variable(std::string_view key) {
  std::string out = "SERF_TAG_";
  for (const char c : key) {
    const bool continues_a_character = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
    if (c >= 'a' && c <= 'z') {
      out += static_cast<char>(c - 'a' + 'A');
    } else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      out += c;
    } else if (!continues_a_character) {
      out += '_';
    }
  }
  return out;
}

std::vector<std::string> environment_of(const AgentEvent& event, const Self& self,
                                        const char* const* inherited) {
  Variables variables = read_inherited(inherited);
  add_self(self, variables);
  add_event(event, variables);
  std::vector<std::string> lines;
  lines.reserve(variables.size());
  for (const auto& [key, value] : variables) {
    lines.push_back(key);
    lines.back().append("=").append(value);
  }
  return lines;
}

}  // namespace hearsay::agent::hooks
