#include <sodium.h>

#include <algorithm>
#include <string>

#include "agent/rpc/errors.h"
#include "agent/rpc/handlers.h"
#include "agent/rpc/session.h"

namespace hearsay::agent::rpc::handlers {
namespace {

constexpr std::int64_t protocol_version = 1;

/// Takes as long for a token that is wrong at its end as for one wrong at its start.
bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string upper_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

}  // namespace

Outcome handshake(Session& session, const HandshakeRequest& request) {
  if (request.version != protocol_version) {
    session.answer(error::unsupported_version);
  } else if (session.greeted()) {
    session.answer(error::handshake_already_done);
  } else {
    session.set_greeted();
    session.answer({});
  }
  return Outcome::done;
}

Outcome auth(Session& session, const AuthRequest& request) {
  if (same_secret(request.key, session.host().auth_key)) {
    session.set_authenticated();
    session.answer({});
  } else {
    ++session.host().counters.auth_failures;
    session.answer(error::invalid_token);
  }
  return Outcome::done;
}

Outcome stream(Session& session, const StreamRequest& request) {
  const auto refuse_filters = [&] {
    ++session.host().counters.filters_refused;
    session.answer(error::too_many_filters);
    return Outcome::done;
  };
  if (request.type.size() > limits::stream_filter_bytes) {
    return refuse_filters();  // before it is parsed
  }
  auto filters = parse_event_filters(request.type);
  auto& streams = session.streams();
  // Tag filters are for hooks: clients can look for themselves, and patterns take memory.
  const bool has_tags = filters && std::ranges::any_of(*filters, [](const EventFilter& filter) {
                          return !filter.tags.empty();
                        });
  if (!filters || has_tags) {
    session.answer(error::invalid_filter);
  } else if (filters->size() > limits::stream_filters) {
    return refuse_filters();
  } else if (streams.events.contains(session.seq())) {
    session.answer(error::stream_exists);
  } else if (streams.events.size() == limits::streams_per_client) {
    ++session.host().counters.streams_refused;
    session.answer(error::too_many_streams);
  } else {
    // The answer first: no record may come before it.
    session.answer({});
    streams.follow(session.seq(), std::make_unique<EventStream>(session.backend(), session.record_sink(),
                                                                session.host().counters, session.seq(),
                                                                *std::move(filters)));
  }
  return Outcome::done;
}

Outcome monitor(Session& session, const MonitorRequest& request) {
  const auto level = parse_log_level(request.log_level);
  if (!level) {
    session.answer(std::string(error::unknown_log_level) + upper_case(request.log_level));
  } else if (session.streams().monitor != nullptr) {
    session.answer(error::monitor_exists);
  } else {
    session.answer({});
    session.streams().monitor = std::make_unique<LogStream>(session.backend(), session.record_sink(),
                                                            session.host().counters, session.seq(), *level);
  }
  return Outcome::done;
}

Outcome stop(Session& session, const StopRequest& request) {
  session.streams().stop(request.stop);
  session.answer({});
  return Outcome::done;
}

}  // namespace hearsay::agent::rpc::handlers
