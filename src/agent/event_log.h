// Log lines for what the core tells, in Serf's words.
#pragma once

#include "agent/event.h"
#include "agent/log.h"
#include "swim/event.h"

namespace hearsay::agent {

/// Member events, name conflicts and notices; others have no line. `resolves_conflicts`: the cluster
/// is asked who a contested name belongs to.
void log_event(Log& log, const swim::Event& event, bool resolves_conflicts);
/// "agent: Received event: member-join", once for what listeners are told.
void log_received(Log& log, const AgentEvent& event);

[[nodiscard]] LogLevel to_log_level(swim::Notice::Level level) noexcept;

}  // namespace hearsay::agent
