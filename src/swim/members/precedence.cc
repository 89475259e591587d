#include "swim/members/precedence.h"

#include <algorithm>
#include <limits>

namespace hearsay::swim {

namespace {

/// A new address is believed only of a name that is free: it said goodbye, or is long dead.
Ruling judge_move(const Standing& standing, const AliveClaim& claim) noexcept {
  const bool here = standing.liveness == Liveness::alive || standing.liveness == Liveness::suspect;
  const bool free = standing.liveness == Liveness::left || (!here && claim.address_reclaimable);
  if (!free) {
    return Ruling::conflict;
  }
  // It starts a new life there: its incarnation starts anew too.
  return claim.old_address_silent ? Ruling::accept : Ruling::ask;
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
  if (claim.address_differs) {
    return judge_move(standing, claim);
  }
  if (standing.self) {
    return judge_alive_about_self(standing, claim);
  }
  return claim.incarnation <= standing.incarnation ? Ruling::ignore : Ruling::accept;
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
