#include "agent/rpc/commands.h"

#include <algorithm>
#include <array>

#include "agent/rpc/handlers.h"

namespace hearsay::agent::rpc {
namespace {

/// Decodes the body before the handler sees it.
template <class Request, Outcome (*handler)(Session&, const Request&)>
Outcome with_body(Session& session, Reader& in) {
  Request request;
  decode(in, request);
  return in.failed() ? Outcome::undecodable : handler(session, request);
}

template <Outcome (*handler)(Session&)>
Outcome without_body(Session& session, Reader&) {
  return handler(session);
}

constexpr std::array commands = {
    Command{"handshake", true, with_body<HandshakeRequest, handlers::handshake>},
    Command{"auth", true, with_body<AuthRequest, handlers::auth>},
    Command{"event", true, with_body<EventRequest, handlers::event>},
    Command{"force-leave", true, with_body<ForceLeaveRequest, handlers::force_leave>},
    Command{"join", true, with_body<JoinRequest, handlers::join>},
    Command{"members", false, without_body<handlers::members>},
    Command{"members-filtered", true, with_body<MembersFilteredRequest, handlers::members_filtered>},
    Command{"stream", true, with_body<StreamRequest, handlers::stream>},
    Command{"monitor", true, with_body<MonitorRequest, handlers::monitor>},
    Command{"stop", true, with_body<StopRequest, handlers::stop>},
    Command{"leave", false, without_body<handlers::leave>},
    Command{"tags", true, with_body<TagsRequest, handlers::tags>},
    Command{"install-key", true, with_body<KeyRequest, handlers::install_key>},
    Command{"use-key", true, with_body<KeyRequest, handlers::use_key>},
    Command{"remove-key", true, with_body<KeyRequest, handlers::remove_key>},
    Command{"list-keys", false, without_body<handlers::list_keys>},
    Command{"stats", false, without_body<handlers::stats>},
    Command{"query", true, with_body<QueryRequest, handlers::query>},
    Command{"respond", true, with_body<RespondRequest, handlers::respond>},
    Command{"get-coordinate", true, with_body<CoordinateRequest, handlers::coordinate>},
};

}  // namespace

const Command* find_command(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(commands, name, &Command::name);
  return found == commands.end() ? nullptr : found;
}

}  // namespace hearsay::agent::rpc
