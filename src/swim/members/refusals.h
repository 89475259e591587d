// Members of whom their hosts say that nobody listens (docs/decisions/0015-refused-means-gone.md).
//
// A refusal never kills alone. It counts only for a probe under way, whose bytes it must quote, and only if
// the ping over TCP is refused too and every helper has said that it has no answer either. Then the member is
// suspected at once, and probed again when an agent that was merely restarted would be back. The second time
// it is declared failed. Between the two it may refute, as any suspect may. Who has refuted, while its host
// refused, has a firewall: for a while refusals say nothing of it. Nor of anybody while several are
// suspected.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "swim/bytes.h"
#include "swim/endpoint.h"
#include "swim/members/member.h"
#include "swim/members/prober.h"
#include "swim/time.h"

namespace hearsay::swim {

struct Step;
struct Timing;

/// Who was refused lately, and who was suspected.
struct Refusals {
  struct Entry {
    MemberId id;
    std::uint32_t incarnation;
    Instant since;              // when the first refusal came
    Instant suspected = never;  // when it was borne out, and the member suspected
  };
  struct Suspected {
    MemberId id;
    Instant at;
  };
  std::vector<Entry> entries;
  std::vector<Suspected> suspected;  // by anybody and for any reason; the last one is last
  /// So many different members refused, or suspected by anybody, within `window`, those among them that were
  /// failed in the last two probe intervals: it is the network that refuses. More are not held.
  static constexpr std::size_t too_many = 3;
  static constexpr Duration window = std::chrono::seconds(8);
  /// Who has refuted within so long is not failed by refusals. A firewall has it do so more often than that;
  /// who was busy for a moment is soon as easily found as before.
  static constexpr Duration refuted_counts = std::chrono::seconds(30);

  void note_suspected(MemberId id, Instant now);
  void forget(MemberId id);
};

/// From the suspicion to the probe that may end it: a suspect makes a probe of its own in that time, by whose
/// answer it hears of the suspicion; and an agent that was restarted is back.
[[nodiscard]] Duration refute_within(const Timing& timing) noexcept;

/// An ICMP error said that nobody listens at `by`, and quoted the datagram that it is about.
void on_refused(Step& step, const Endpoint& by, Bytes quoted);
/// The ping over TCP of the probe with that number was refused.
void on_fallback_refused(Step& step, std::uint32_t seq_no);
/// The running probe, if all that can be known is known, ends early.
void conclude_if_gone(Step& step);
/// A probe was refused in every way: the first step towards a death, or the second.
void found_nobody(Step& step, const Prober::Probe& probe);
/// Something came from there: somebody does listen.
void heard_from(Step& step, const Endpoint& from);

/// Refused by UDP and by TCP, and of the helpers more than half, or with `all` each one, had no answer.
[[nodiscard]] bool corroborated(const Prober::Probe& probe, bool all) noexcept;

}  // namespace hearsay::swim
