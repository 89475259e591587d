// User events: a name and a few bytes for everybody (proto/serf.md, "User events").
#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "swim/core.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::swim {

/// `message`, the Serf message as it came, is passed on as it is.
void on_user_event(Step& step, const wire::UserEvent& event, Bytes message);
/// Delivers an event if it is news. True if it was.
bool deliver_user_event(Step& step, const wire::UserEvent& event);
/// This node's user sends one.
tl::expected<void, TooLarge> send_user_event(Step& step, std::string_view name, Bytes payload, bool coalesce);

}  // namespace hearsay::swim
