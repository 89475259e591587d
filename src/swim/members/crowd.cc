#include "swim/members/crowd.h"

#include <algorithm>

#include "swim/core.h"
#include "swim/members/push_pull.h"
#include "swim/outbox.h"

namespace hearsay::swim {

namespace {

constexpr Duration settles_after = std::chrono::seconds(2);
/// Exchanges of a crowd that has settled begin within this.
constexpr Duration spread_over = std::chrono::seconds(2);
constexpr std::size_t slower_each = 32;
constexpr std::size_t slowdown_max = 20;

}  // namespace

int Crowd::slowdown(Instant now) const noexcept {
  const bool is_crowd = arrivals >= crowd_from && now - last_arrival <= settles_after;
  return is_crowd ? static_cast<int>(std::min(arrivals / slower_each, slowdown_max)) : 1;
}

bool tells_less(const Step& step) noexcept {
  return step.core.config.habits.crowd_tells_less && step.core.members.node_count() >= crowd_from;
}

void note_arrival(Step& step) {
  Core& core = step.core;
  Crowd& crowd = core.crowd;
  if (!core.config.habits.crowd_tells_less) {
    return;
  }
  crowd.arrivals = step.now - crowd.last_arrival > settles_after ? 1 : crowd.arrivals + 1;
  crowd.last_arrival = step.now;
  if (crowd.arrivals < crowd_from) {
    return;
  }
  if (core.early_push_pulls > 0) {  // among so many each costs much, and is too early
    core.early_push_pulls = 0;
    core.next_push_pull = step.now + push_pull_interval(core);
  }
  crowd.settles = step.now + settles_after;
}

void run_crowd(Step& step) {
  Core& core = step.core;
  if (step.now >= core.crowd.settles) {
    core.crowd.settles = never;
    core.next_push_pull = std::min(core.next_push_pull, step.now + stagger(core, spread_over));
  }
}

}  // namespace hearsay::swim
