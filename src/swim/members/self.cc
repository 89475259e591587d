// This node's own row: announced, and defended.

#include <utility>

#include "swim/members/claims.h"
#include "swim/members/precedence.h"
#include "swim/members/roster.h"

namespace hearsay::swim {

bool is_self(const Core& core, MemberId id) noexcept {
  return id == core.self;
}

void announce_self(Step& step, RumorWatch watch) {
  tell_of_alive(step, step.core.self, watch);
}

void refute(Step& step, std::uint32_t accused_incarnation) {
  Core& core = step.core;
  ++core.counters.refutations;
  core.own().incarnation = outbid(core.own().incarnation, accused_incarnation);
  core.health.apply(+1);
  announce_self(step, unwatched);
}

}  // namespace hearsay::swim
