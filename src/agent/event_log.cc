#include "agent/event_log.h"

#include <string>

#include "agent/net/address.h"

namespace hearsay::agent {
namespace {

struct Logger {
  Log& log;
  bool resolves_conflicts;

  void operator()(const swim::MemberEvent& event) const {
    const std::string_view name = event.member.name();
    const auto at = [&event] { return net::format_ip(event.member.at.ip); };
    switch (event.kind) {
      case swim::MemberEventKind::join:
        return log.info({"serf: EventMemberJoin: ", name, " ", at()});
      case swim::MemberEventKind::leave:
        return log.info({"serf: EventMemberLeave: ", name, " ", at()});
      case swim::MemberEventKind::failed:
        return log.info({"serf: EventMemberFailed: ", name, " ", at()});
      case swim::MemberEventKind::update:
        return log.info({"serf: EventMemberUpdate: ", name});
      case swim::MemberEventKind::reap:
        return log.info({"serf: EventMemberReap: ", name});
    }
  }
  void operator()(const swim::NameConflict& conflict) const {
    if (conflict.ours) {
      log.err("serf: Node name conflicts with another node at " + net::format_endpoint(conflict.other) +
              ". Names must be unique! (Resolution enabled: " + (resolves_conflicts ? "true" : "false") +
              ")");
    } else {
      log.warn("serf: Name conflict for '" + conflict.name + "' both " +
               net::format_endpoint(conflict.existing) + " and " + net::format_endpoint(conflict.other) +
               " are claiming");
    }
  }
  void operator()(const swim::ConflictResolved& verdict) const {
    const std::string votes =
        " [" + std::to_string(verdict.votes_for) + " / " + std::to_string(verdict.votes) + "]";
    if (verdict.lost) {
      log.warn("serf: minority in name conflict resolution, quitting" + votes);
      log.warn("agent: Serf shutdown detected, quitting");
    } else if (verdict.votes_for * 2 > verdict.votes) {
      log.info("serf: majority in name conflict resolution" + votes);
    } else {
      log.warn("serf: no decision in name conflict resolution" + votes +
               ", staying: only a majority of three votes or more takes a name away");
    }
  }
  void operator()(const swim::Notice& notice) const { log.write(to_log_level(notice.level), notice.text); }
  template <class Other>
  void operator()(const Other&) const {}
};

std::string title(const AgentEvent& event) {
  if (const auto* user = std::get_if<swim::UserEventReceived>(&event)) {
    return "user-event: " + user->name;
  }
  if (const auto* query = std::get_if<swim::QueryReceived>(&event)) {
    return "query: " + query->name;
  }
  return std::string(event_name(event));
}

}  // namespace

void log_event(Log& log, const swim::Event& event, bool resolves_conflicts) {
  std::visit(Logger{log, resolves_conflicts}, event);
}

void log_received(Log& log, const AgentEvent& event) {
  log.info("agent: Received event: " + title(event));
}

LogLevel to_log_level(swim::Notice::Level level) noexcept {
  switch (level) {
    case swim::Notice::Level::debug:
      return LogLevel::debug;
    case swim::Notice::Level::info:
      return LogLevel::info;
    case swim::Notice::Level::warn:
      return LogLevel::warn;
    case swim::Notice::Level::err:
      break;
  }
  return LogLevel::err;
}

}  // namespace hearsay::agent
