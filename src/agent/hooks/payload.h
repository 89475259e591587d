// What a hook reads on its standard input.
#pragma once

#include <string>
#include <string_view>

#include "agent/event.h"

namespace hearsay::agent::hooks {

/// Member events: a line for each member, NAME TAB IP TAB ROLE TAB k=v,k=v; control characters and what is
/// not UTF-8 in name, role or tags are escaped (append_inert), as Serf does with tabs and newlines. User
/// events and queries: the payload as it came, with a newline added if it is not empty and has none at its
/// end.
[[nodiscard]] std::string stdin_of(const AgentEvent& event);

/// Tabs as \t, newlines as \n, and so on (append_inert).
[[nodiscard]] std::string on_one_line(std::string_view text);

}  // namespace hearsay::agent::hooks
