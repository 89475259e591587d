#include "agent/queries.h"

#include <algorithm>

#include "agent/config/quote.h"
#include "agent/refusals.h"
#include "swim/gossip/internal_queries.h"

namespace hearsay::agent {
namespace {

constexpr std::size_t shown_max = 256;  // of what a client sent, in a line of the log

}  // namespace

std::string OpenQueries::ask(std::string_view name, swim::Bytes payload, const swim::QueryOptions& options,
                             QueryListener& listener) {
  if (!swim::is_internal(name)) {  // the payload of those may be a key
    log_.debug("agent: Requesting query send: " + abbreviate(name, shown_max) +
               ". Payload: " + quote(abbreviate(swim::as_text(payload), shown_max)));
  }
  const swim::CommandId command = ++last_;
  const auto asked = gossip_.act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    auto accepted = node.query(now, command, name, payload, options, out);
    if (accepted) {
      // Before the node's first events are handed out, which is when this step ends.
      open_.emplace(command, &listener);
      listener.on_query_begun();
    }
    return accepted;
  });
  if (asked) {
    return {};
  }
  std::string error = describe(asked.error());
  log_.warn("agent: failed to start user query: " + error);
  return error;
}

void OpenQueries::cancel(const QueryListener& listener) {
  const auto found =
      std::ranges::find_if(open_, [&](const auto& entry) { return entry.second == &listener; });
  if (found == open_.end()) {
    return;
  }
  const swim::CommandId command = found->first;
  open_.erase(found);  // first: what the node has said already is handed out below
  gossip_.act([command](swim::Node& node, swim::Instant, swim::Output&) { node.cancel_query(command); });
}

std::string OpenQueries::respond(const swim::QueryKey& query, swim::Bytes payload) {
  const auto answered = gossip_.act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    return node.respond(now, query, payload, out);
  });
  return answered ? std::string() : describe(answered.error());
}

bool OpenQueries::take(const swim::Event& event) {
  if (const auto* ack = std::get_if<swim::QueryAcked>(&event)) {
    if (QueryListener* const listener = listener_of(ack->command)) {
      listener->on_query_ack(ack->from);
    }
    return true;
  }
  if (const auto* answer = std::get_if<swim::QueryAnswered>(&event)) {
    if (QueryListener* const listener = listener_of(answer->command)) {
      listener->on_query_answer(answer->from, answer->payload);
    }
    return true;
  }
  const auto* done = std::get_if<swim::QueryDone>(&event);
  if (done == nullptr) {
    return false;
  }
  if (const auto entry = open_.extract(done->command)) {
    entry.mapped()->on_query_done();
  }
  return true;
}

/// Null: it was cancelled while the event was on its way.
QueryListener* OpenQueries::listener_of(swim::CommandId command) const {
  const auto found = open_.find(command);
  return found == open_.end() ? nullptr : found->second;
}

}  // namespace hearsay::agent
