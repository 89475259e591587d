#include "swim/members/precedence.h"

#include <algorithm>

namespace hearsay::swim {

namespace {

bool is_gone(const Standing& standing) noexcept {
  return standing.liveness == Liveness::dead || standing.liveness == Liveness::left;
}

/// A new address is believed only of a name that is free: it said goodbye, or is long dead.
Ruling judge_move(const Standing& standing, const AliveClaim& claim) noexcept {
  const bool here = standing.liveness == Liveness::alive || standing.liveness == Liveness::suspect;
  const bool free = standing.liveness == Liveness::left || (!here && claim.address_reclaimable);
  if (!free) {
    return Ruling::conflict;
  }
  // It starts a new life there: its incarnation starts anew too.
  return claim.verified ? Ruling::accept : Ruling::ask;
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
  if (is_gone(standing) && standing.incarnation == largest_incarnation) {
    // It has no higher one to come back with. Others' old news says the same as the member, so it is asked.
    return claim.verified ? Ruling::accept : Ruling::ask;
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
  if (standing.liveness == Liveness::unknown || is_gone(standing) || incarnation < standing.incarnation) {
    return Ruling::ignore;
  }
  return standing.self && !standing.leaving ? Ruling::refute : Ruling::accept;
}

std::uint32_t outbid(std::uint32_t own, std::uint32_t accused) noexcept {
  const std::uint32_t highest = std::max(own, accused);
  return highest == largest_incarnation ? highest : highest + 1;
}

}  // namespace hearsay::swim
