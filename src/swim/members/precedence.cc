#include "swim/members/precedence.h"

#include <algorithm>
#include <limits>

namespace hearsay::swim {

namespace {

/// A new address is believed only of a name that is free: it said goodbye, or is long dead.
bool may_move(const Standing& standing, const AliveClaim& claim) noexcept {
  return standing.liveness == Liveness::unknown || standing.liveness == Liveness::left ||
         (standing.liveness == Liveness::dead && claim.address_reclaimable);
}

Ruling judge_alive_about_self(const Standing& standing, const AliveClaim& claim) noexcept {
  if (claim.incarnation < standing.incarnation) {
    return Ruling::ignore;
  }
  const bool echo = claim.incarnation == standing.incarnation && !claim.content_differs;
  return echo ? Ruling::ignore : Ruling::refute;
}

}  // namespace

Ruling judge_alive(const Standing& standing, const AliveClaim& claim) noexcept {
  if (standing.self && standing.leaving) {
    return Ruling::ignore;
  }
  const bool moves = claim.address_differs && standing.liveness != Liveness::unknown;
  if (moves && !may_move(standing, claim)) {
    return Ruling::conflict;
  }
  if (standing.self) {
    return judge_alive_about_self(standing, claim);
  }
  // A name that moved starts a new life: its incarnation starts anew too.
  if (!moves && claim.incarnation <= standing.incarnation) {
    return Ruling::ignore;
  }
  return Ruling::accept;
}

Ruling judge_suspect(const Standing& standing, std::uint32_t incarnation) noexcept {
  if (standing.liveness == Liveness::unknown || incarnation < standing.incarnation) {
    return Ruling::ignore;
  }
  if (standing.liveness == Liveness::suspect) {
    return Ruling::confirm;
  }
  if (standing.liveness != Liveness::alive) {
    return Ruling::ignore;
  }
  return standing.self ? Ruling::refute : Ruling::accept;
}

Ruling judge_dead(const Standing& standing, std::uint32_t incarnation) noexcept {
  const bool gone = standing.liveness == Liveness::unknown || standing.liveness == Liveness::dead ||
                    standing.liveness == Liveness::left;
  if (gone || incarnation < standing.incarnation) {
    return Ruling::ignore;
  }
  return standing.self && !standing.leaving ? Ruling::refute : Ruling::accept;
}

std::uint32_t outbid(std::uint32_t own, std::uint32_t accused) noexcept {
  constexpr std::uint32_t max = std::numeric_limits<std::uint32_t>::max();
  const std::uint32_t highest = std::max(own, accused);
  return highest == max ? max : highest + 1;
}

}  // namespace hearsay::swim
