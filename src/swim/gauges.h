// How full everything is that has a limit: what will be dropped next, if it goes on.
#pragma once

#include <cstdint>
#include <string_view>

namespace hearsay::swim {

// name in code, name in `info` and metrics
#define HEARSAY_GAUGES(X)                           \
  X(members_held, "members_held")                   \
  X(graves_held, "graves_held")                     \
  X(reclaims_open, "reclaims_open")                 \
  X(suspicions_open, "suspicions_open")             \
  X(member_rumors_waiting, "member_rumors_waiting") \
  X(intent_rumors_waiting, "intent_rumors_waiting") \
  X(event_rumors_waiting, "event_rumors_waiting")   \
  X(query_rumors_waiting, "query_rumors_waiting")   \
  X(recent_intents_held, "recent_intents_held")     \
  X(indirect_probes_open, "indirect_probes_open")   \
  X(extra_probes_waiting, "extra_probes_waiting")   \
  X(flaps_held, "flaps_held")                       \
  X(own_queries_open, "own_queries_open")           \
  X(queries_answerable, "queries_answerable")       \
  X(streams_open, "streams_open")                   \
  X(stream_bytes_held, "stream_bytes_held")         \
  X(key_uses_estimated, "key_uses_estimated")

struct Gauges {
#define HEARSAY_GAUGE_FIELD(field, name) std::uint64_t field = 0;
  HEARSAY_GAUGES(HEARSAY_GAUGE_FIELD)
#undef HEARSAY_GAUGE_FIELD

  /// Calls visit(std::string_view name, std::uint64_t value) for each.
  template <class Visit>
  void for_each(Visit&& visit) const {
#define HEARSAY_GAUGE_VISIT(field, name) visit(std::string_view(name), field);
    HEARSAY_GAUGES(HEARSAY_GAUGE_VISIT)
#undef HEARSAY_GAUGE_VISIT
  }
};

}  // namespace hearsay::swim
