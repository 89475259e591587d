// Events as hooks, RPC streams and the snapshot see them: after coalescing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "swim/event.h"

namespace hearsay::agent {

/// Members that went through the same change, one event for all of them.
struct MembersChanged {
  swim::MemberEventKind kind;
  std::vector<swim::MemberRecord> members;
};

using AgentEvent = std::variant<MembersChanged, swim::UserEventReceived, swim::QueryReceived>;

class EventListener {
 public:
  /// Called on the loop; must not block.
  virtual void on_event(const AgentEvent& event) = 0;

 protected:
  ~EventListener() = default;
};

/// "member-join", "member-leave", "member-failed", "member-update", "member-reap".
[[nodiscard]] std::string_view event_name(swim::MemberEventKind kind) noexcept;
/// The same for member events; "user" and "query" for the others.
[[nodiscard]] std::string_view event_name(const AgentEvent& event) noexcept;

}  // namespace hearsay::agent
