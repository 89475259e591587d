#include <string>
#include <utility>
#include <vector>

#include "agent/rpc/errors.h"
#include "agent/rpc/handlers.h"
#include "agent/rpc/session.h"

namespace hearsay::agent::rpc::handlers {
namespace {

/// The completion of a verb that has nothing to tell but an error.
auto answer_error(Session& session) {
  return [waiting = session.wait()](const std::string& error) {
    waiting.answer([&](Session& s) { s.answer(error); });
  };
}

std::vector<std::string> to_strings(const std::vector<std::string_view>& views) {
  return {views.begin(), views.end()};
}

}  // namespace

Outcome event(Session& session, const EventRequest& request) {
  const std::string error = session.backend().send_event(request.name, request.payload, request.coalesce);
  session.answer(error);
  return Outcome::done;
}

Outcome force_leave(Session& session, const ForceLeaveRequest& request) {
  session.backend().force_leave(request.node, request.prune, answer_error(session));
  return Outcome::done;
}

Outcome join(Session& session, const JoinRequest& request) {
  if (request.existing.size() > limits::join_addresses) {
    ++session.host().counters.joins_refused;
    encode(session.answer(error::too_many_addresses), JoinResponse{});
    return Outcome::done;
  }
  session.backend().join(to_strings(request.existing), request.replay,
                         [waiting = session.wait()](std::size_t contacted, const std::string& error) {
                           waiting.answer([&](Session& s) {
                             encode(s.answer(error), JoinResponse{static_cast<std::int64_t>(contacted)});
                           });
                         });
  return Outcome::done;
}

Outcome leave(Session& session) {
  session.host().log.info("agent.ipc: Graceful leave triggered");
  session.backend().leave(answer_error(session));
  return Outcome::done;
}

Outcome tags(Session& session, const TagsRequest& request) {
  swim::Tags set;
  for (const auto& [key, value] : request.set) {
    set.insert_or_assign(std::string(key), std::string(value));
  }
  session.backend().update_tags(set, to_strings(request.remove), answer_error(session));
  return Outcome::done;
}

}  // namespace hearsay::agent::rpc::handlers
