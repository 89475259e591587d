// What can be counted: every message kind, every drop, every limit hit.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace hearsay::swim {

// name in code, name in `info` and metrics
#define HEARSAY_COUNTERS(X)                             \
  X(datagrams_received, "datagrams_received")           \
  X(datagrams_sent, "datagrams_sent")                   \
  X(bytes_received, "bytes_received")                   \
  X(bytes_sent, "bytes_sent")                           \
  X(packets_rejected, "packets_rejected")               \
  X(messages_rejected, "messages_rejected")             \
  X(claims_rejected, "claims_rejected")                 \
  X(pings_misdirected, "pings_misdirected")             \
  X(acks_unexpected, "acks_unexpected")                 \
  X(notices_dropped, "notices_dropped")                 \
  X(claims_alive, "claims_alive")                       \
  X(claims_suspect, "claims_suspect")                   \
  X(claims_dead, "claims_dead")                         \
  X(stream_bytes_received, "stream_bytes_received")     \
  X(stream_bytes_sent, "stream_bytes_sent")             \
  X(streams_accepted, "streams_accepted")               \
  X(streams_dialled, "streams_dialled")                 \
  X(streams_refused, "streams_refused")                 \
  X(streams_rejected, "streams_rejected")               \
  X(streams_timed_out, "streams_timed_out")             \
  X(push_pulls_begun, "push_pulls_begun")               \
  X(merges_refused, "merges_refused")                   \
  X(probes_failed, "probes_failed")                     \
  X(probes_degraded, "probes_degraded")                 \
  X(suspicions_unconfirmed, "suspicions_unconfirmed")   \
  X(probes_over_tcp, "probes_over_tcp")                 \
  X(indirect_probes_dropped, "indirect_probes_dropped") \
  X(probes_again_dropped, "probes_again_dropped")       \
  X(probes_refused, "probes_refused")                   \
  X(failed_by_refusals, "failed_by_refusals")           \
  X(refusals_unmatched, "refusals_unmatched")           \
  X(refusals_too_many, "refusals_too_many")             \
  X(refutations, "refutations")                         \
  X(name_conflicts, "name_conflicts")                   \
  X(reclaims_refused, "reclaims_refused")               \
  X(graves_replaced, "graves_replaced")                 \
  X(prunes_repeated, "prunes_repeated")                 \
  X(goodbyes_withheld, "goodbyes_withheld")             \
  X(deaths_withheld, "deaths_withheld")                 \
  X(suspicions_doubted, "suspicions_doubted")           \
  X(rumors_dropped, "rumors_dropped")                   \
  X(intents_dropped, "intents_dropped")                 \
  X(members_refused, "members_refused")                 \
  X(user_events_duplicate, "user_events_duplicate")     \
  X(user_events_too_old, "user_events_too_old")         \
  X(user_events_refused, "user_events_refused")         \
  X(queries_duplicate, "queries_duplicate")             \
  X(queries_too_old, "queries_too_old")                 \
  X(queries_refused, "queries_refused")                 \
  X(query_acks, "query_acks")                           \
  X(query_answers, "query_answers")                     \
  X(query_acks_duplicate, "query_acks_duplicate")       \
  X(query_answers_duplicate, "query_answers_duplicate") \
  X(query_answers_late, "query_answers_late")           \
  X(votes_refused, "votes_refused")                     \
  X(own_queries_refused, "own_queries_refused")         \
  X(relays_dropped, "relays_dropped")                   \
  X(strangers_unanswered, "strangers_unanswered")       \
  X(nameless_unknown, "nameless_unknown")               \
  X(keys_refused, "keys_refused")                       \
  X(open_queries_dropped, "open_queries_dropped")       \
  X(lamport_refused, "lamport_refused")                 \
  X(member_flaps, "member_flaps")                       \
  X(flaps_forgotten, "flaps_forgotten")                 \
  X(coordinate_rejected, "coordinate_rejected")         \
  X(coordinate_zero_rtt, "coordinate_zero_rtt")         \
  X(coordinate_resets, "coordinate_resets")

struct Counters {
#define HEARSAY_COUNTER_FIELD(field, name) std::uint64_t field = 0;
  HEARSAY_COUNTERS(HEARSAY_COUNTER_FIELD)
#undef HEARSAY_COUNTER_FIELD

  /// Calls visit(std::string_view name, std::uint64_t value) for each.
  template <class Visit>
  void for_each(Visit&& visit) const {
    struct Row {
      std::string_view name;
      std::uint64_t Counters::*value;
    };
#define HEARSAY_COUNTER_ROW(field, name) Row{name, &Counters::field},
    static constexpr std::array rows{HEARSAY_COUNTERS(HEARSAY_COUNTER_ROW)};
#undef HEARSAY_COUNTER_ROW
    for (const Row& row : rows) {
      visit(row.name, this->*row.value);
    }
  }
};

}  // namespace hearsay::swim
