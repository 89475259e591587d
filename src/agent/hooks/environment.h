// The environment a hook runs in.
#pragma once

#include <string>
#include <vector>

#include "agent/event.h"
#include "swim/gossip/tags.h"

namespace hearsay::agent::hooks {

/// This agent, as its hooks see it.
struct Self {
  std::string name;
  swim::Tags tags;
};

/// SERF_TAG_ and the key in upper case; every other character than A-Z, 0-9 and _ becomes one _.
[[nodiscard]] std::string tag_variable(std::string_view key);

/// `inherited` (KEY=VALUE, ended by a null pointer, as in environ) overlaid with the SERF_*
/// variables of the event; no key stands twice. A NUL byte in a value ends it there.
[[nodiscard]] std::vector<std::string> environment_of(const AgentEvent& event, const Self& self,
                                                      const char* const* inherited);

}  // namespace hearsay::agent::hooks
