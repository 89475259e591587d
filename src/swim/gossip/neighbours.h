// Whom this node tells by order instead of by lot, so that nobody is left out by chance
// (docs/decisions/0014-neighbours-hear-what-chance-left-out.md).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "swim/members/member.h"
#include "swim/time.h"

namespace hearsay::swim {

/// The members that come next after one place on the ring (members/ring.h), nearest first: those offered, as
/// far as there is room for them.
class RingWindow {
 public:
  /// At most `most` of them.
  RingWindow(std::uint64_t own, std::size_t most) : own_(own), most_(most) {}
  void offer(MemberId id, std::uint64_t position);
  [[nodiscard]] std::vector<MemberId> ids() const;

 private:
  std::uint64_t own_;
  std::size_t most_;
  std::vector<std::pair<std::uint64_t, MemberId>> nearest_;  // by distance
};

/// The walk along the neighbours. Rows that are gone or have new members do no harm: whoever takes from here
/// asks whether the member hears.
struct Neighbours {
  std::vector<MemberId> ring;  // nearest first
  std::size_t next = 0;        // in `ring`
  std::size_t among = 0;       // so many members, itself too, `ring` was made
  bool stale = true;           // somebody came or went since
  Instant made{};
  std::vector<MemberId> walked;  // scratch
};

struct Step;

/// Makes `core.chosen` those whom a round of gossip goes to: up to `k` that hear. `fresh`: there is a rumor
/// that nobody has been told yet; then all but one are chosen by lot, else none as long as there are
/// neighbours.
void choose_listeners(Step& step, std::size_t k, bool fresh);

}  // namespace hearsay::swim
