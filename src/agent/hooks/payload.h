// What a hook reads on its standard input.
#pragma once

#include <string>
#include <string_view>

#include "agent/event.h"

namespace hearsay::agent::hooks {

/// Member events: a line for each member, NAME TAB IP TAB ROLE TAB k=v,k=v; a tab or newline in
/// name, role or tags is written as \t or \n. User events and queries: the payload, with a newline
/// added if it is not empty and has none at its end.
[[nodiscard]] std::string stdin_of(const AgentEvent& event);

/// Tabs as \t, newlines as \n.
[[nodiscard]] std::string on_one_line(std::string_view text);

}  // namespace hearsay::agent::hooks
