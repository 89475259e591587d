// Who answers: this node's own probes, and those it makes for others
// (proto/memberlist.md, "Probing").
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "swim/members/member.h"
#include "swim/members/quote.h"
#include "swim/members/round_trips.h"
#include "swim/output.h"
#include "swim/time.h"
#include "swim/wire/messages.h"

namespace hearsay::swim {

struct Step;
class Random;

/// One probe at a time, round a list: by turns that the cluster shares (probe_order.h), or shuffled.
struct Prober {
  struct Probe {
    std::uint32_t seq_no;
    MemberId target;
    std::uint32_t incarnation;  // the target's, when the probe began
    Instant sent;
    Instant indirect_at;  // no direct answer by then: ask others, and TCP
    Instant ends;         // no answer at all by then: suspect
    bool indirect = false;
    bool refused = false;           // an ICMP error says that nobody listens
    bool refused_over_tcp = false;  // and so did the ping over TCP
    int nacks_expected = 0;
    std::vector<Endpoint> nacked_by;  // helpers that said no, each once
    std::optional<StreamId> fallback;
    Quote quote{};  // the ping

    [[nodiscard]] int nacks_received() const noexcept { return static_cast<int>(nacked_by.size()); }
  };
  /// Somebody to be probed beside the round.
  struct Extra {
    Instant at;
    MemberId id;
  };

  std::vector<MemberId> order;  // of the ring with balanced probes, else by lot; this node is in it too
  bool ordered = false;         // nobody came since it was put in order; of the ring only
  std::size_t own_place = 0;    // where this node was last found in the ring; others may have moved it since
  std::size_t next = 0;         // in this round so many were looked at
  Instant next_probe = never;
  std::optional<Probe> running;
  std::uint32_t last_seq_no = 0;
  RoundTrips round_trips;
  std::vector<Extra> extra;  // by time, at most Limits::extra_probes

  [[nodiscard]] Instant next_deadline() const noexcept;
};

/// Pings made on behalf of others, in the order of their deadlines.
struct IndirectProbes {
  struct Entry {
    std::uint32_t seq_no;  // ours
    std::uint32_t their_seq_no;
    Endpoint requester;
    bool for_member;  // that is at `requester`
    bool wants_nack;
    Instant deadline;
    Endpoint target;
    Quote quote;  // our ping
  };
  std::deque<Entry> running;

  [[nodiscard]] Instant next_deadline() const noexcept {
    return running.empty() ? never : running.front().deadline;
  }
};

/// Its row is erased, and will be another's.
void forget_probes_of(Step& step, MemberId id);
/// Probes it at `at`, beside the round, if it is still held alive or suspected then.
void probe_again(Step& step, MemberId id, Instant at);

void run_prober(Step& step);
void run_indirect_probes(Step& step);

void on_ping(Step& step, const Endpoint& from, const wire::Ping& ping);
void on_indirect_ping(Step& step, const Endpoint& from, const wire::IndirectPing& request);
void on_ack(Step& step, const wire::Ack& ack);
/// A helper's word counts once, however often it comes.
void on_nack(Step& step, const Endpoint& from, const wire::Nack& nack);
/// The TCP ping of the running probe was answered.
void on_fallback_ack(Step& step, std::uint32_t seq_no);

}  // namespace hearsay::swim
