// Where this node sends what others ask it to send: nowhere but to members, else it could be used to flood
// strangers.
#pragma once

#include <string_view>

#include "swim/core.h"
#include "swim/outbox.h"

namespace hearsay::swim {

/// Whether the member of that name is at that address; of an empty name whether any is (nameless.h).
[[nodiscard]] bool is_member_at(Step& step, std::string_view name, const Endpoint& at);

/// Sends `core.parts` to where no member is, if little enough has gone there; else counts and clears them.
void send_to_stranger(Step& step, const Endpoint& to);

/// An answer to whoever asked: to a member with rumors, to a stranger without, within Strangers.
template <class Message>
void send_answer(Step& step, bool is_member, const Endpoint& to, const Message& message) {
  if (is_member) {
    return send_with_rumors(step, to, message);
  }
  wire::encode(message, step.core.parts.open_part());
  step.core.parts.close_part();
  send_to_stranger(step, to);
}

}  // namespace hearsay::swim
