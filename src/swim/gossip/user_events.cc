#include "swim/gossip/user_events.h"

#include "swim/outbox.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

tl::expected<void, TooLarge> check_encoded_size(const Core& core, std::size_t size) {
  const std::size_t carried = largest_serf_rumor(core);
  if (size > core.config.limits.user_event_bytes) {
    return tl::unexpected(
        TooLarge{TooLarge::Limit::event_encoded, size, core.config.limits.user_event_bytes});
  }
  if (size > carried) {
    return tl::unexpected(TooLarge{TooLarge::Limit::packet, size, carried});
  }
  return {};
}

}  // namespace

bool deliver_user_event(Step& step, const wire::UserEvent& event) {
  Core& core = step.core;
  if (!core.event_clock.witness(event.ltime)) {
    ++core.counters.lamport_refused;
    return false;
  }
  switch (core.seen_events.note(core.event_clock.time(), event.ltime, event.name, event.payload)) {
    case Seen::duplicate:
      ++core.counters.user_events_duplicate;
      return false;
    case Seen::too_old:
      ++core.counters.user_events_too_old;
      return false;
    case Seen::refused:
      ++core.counters.user_events_refused;
      return false;
    case Seen::fresh:
      break;
  }
  step.out.events.emplace_back(
      UserEventReceived{.ltime = event.ltime,
                        .name = std::string(event.name),
                        .payload = Buffer(event.payload.begin(), event.payload.end()),
                        .coalesce = event.cc});
  return true;
}

void on_user_event(Step& step, const wire::UserEvent& event, Bytes message) {
  if (deliver_user_event(step, event)) {
    queue_serf_rumor(step, step.core.event_rumors, message, unwatched);
  }
}

tl::expected<void, TooLarge> send_user_event(Step& step, std::string_view name, Bytes payload,
                                             bool coalesce) {
  Core& core = step.core;
  const std::size_t raw = name.size() + payload.size();
  if (raw > core.config.limits.user_event_bytes) {
    return tl::unexpected(TooLarge{TooLarge::Limit::event_raw, raw, core.config.limits.user_event_bytes});
  }
  const wire::UserEvent event{
      .ltime = core.event_clock.time(), .name = name, .payload = payload, .cc = coalesce};
  Buffer message;
  wire::encode(event, message);
  if (auto fits = check_encoded_size(core, message.size()); !fits) {
    return fits;
  }
  core.event_clock.increment();
  on_user_event(step, event, message);
  return {};
}

}  // namespace hearsay::swim
