#include "agent/event.h"

#include "swim/invariant.h"

namespace hearsay::agent {

std::string_view event_name(swim::MemberEventKind kind) noexcept {
  switch (kind) {
    case swim::MemberEventKind::join:
      return "member-join";
    case swim::MemberEventKind::leave:
      return "member-leave";
    case swim::MemberEventKind::failed:
      return "member-failed";
    case swim::MemberEventKind::update:
      return "member-update";
    case swim::MemberEventKind::reap:
      return "member-reap";
  }
  HEARSAY_INVARIANT(false);  // not a kind
  return {};
}

std::string_view event_name(const AgentEvent& event) noexcept {
  if (const auto* members = std::get_if<MembersChanged>(&event)) {
    return event_name(members->kind);
  }
  return std::holds_alternative<swim::UserEventReceived>(event) ? "user" : "query";
}

}  // namespace hearsay::agent
