#include "swim/members/suspicion.h"

#include <algorithm>

#include "swim/core.h"
#include "swim/members/claims.h"

namespace hearsay::swim {

void Suspicions::start(MemberId id, std::string_view accuser, const SuspicionBounds& bounds, Instant now,
                       int told_again) {
  cancel(id);
  Suspicion& suspicion = running_[id];
  suspicion = {.bounds = bounds,
               .started = now,
               .deadline = never,
               .accusers = {std::string(accuser)},
               .told_again = told_again};
  schedule(id, suspicion);
}

void Suspicions::schedule(MemberId id, Suspicion& suspicion) {
  deadlines_.erase({suspicion.deadline, id});
  const auto confirmations = static_cast<int>(suspicion.accusers.size()) - 1;
  suspicion.deadline =
      std::min(suspicion.latest, suspicion.started + suspicion_timeout(suspicion.bounds, confirmations));
  deadlines_.insert({suspicion.deadline, id});
}

bool Suspicions::confirm(MemberId id, std::string_view accuser) {
  const auto found = running_.find(id);
  if (found == running_.end()) {
    return false;
  }
  Suspicion& suspicion = found->second;
  const auto confirmations = static_cast<int>(suspicion.accusers.size()) - 1;
  if (confirmations >= suspicion.bounds.confirmations_counted() ||
      std::ranges::find(suspicion.accusers, accuser) != suspicion.accusers.end()) {
    return false;
  }
  suspicion.accusers.emplace_back(accuser);
  schedule(id, suspicion);
  return true;
}

bool Suspicions::hasten(MemberId id, Duration age, std::uint32_t incarnation, Instant now) {
  const auto found = running_.find(id);
  if (found == running_.end() || now - found->second.started >= age) {
    return false;
  }
  found->second.latest = found->second.started + age;
  found->second.incarnation = std::max(found->second.incarnation, incarnation);
  schedule(id, found->second);
  return true;
}

void Suspicions::cancel(MemberId id) {
  const auto found = running_.find(id);
  if (found != running_.end()) {
    deadlines_.erase({found->second.deadline, id});
    running_.erase(found);
  }
}

Instant Suspicions::next_deadline() const noexcept {
  return deadlines_.empty() ? never : deadlines_.begin()->first;
}

std::optional<Suspicions::Due> Suspicions::take_due(Instant now) {
  if (next_deadline() > now) {
    return std::nullopt;
  }
  const MemberId id = deadlines_.begin()->second;
  const Suspicion& suspicion = running_.at(id);
  const auto confirmations = static_cast<int>(suspicion.accusers.size()) - 1;
  const int needed = suspicion.bounds.confirmations_needed;
  const Due due{.id = id,
                .confirmed = confirmations >= needed,
                .alone = confirmations == 0 && needed > 0 && suspicion.latest == never,
                .accuser = suspicion.accusers.front(),
                .started = suspicion.started,
                .told_again = suspicion.told_again,
                .incarnation = suspicion.incarnation};
  cancel(id);
  return due;
}

void run_suspicions(Step& step) {
  Core& core = step.core;
  while (const auto due = core.suspicions.take_due(step.now)) {
    if (doubt(step, *due)) {
      continue;
    }
    core.counters.suspicions_unconfirmed += due->confirmed ? 0U : 1U;
    const std::string name(core.members[due->id].name());
    notice(step, Notice::Level::info, "memberlist: Marking " + name + " as failed, suspect timeout reached");
    find_dead(step, due->id, due->incarnation);
  }
}

}  // namespace hearsay::swim
