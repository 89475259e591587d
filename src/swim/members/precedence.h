// Which claim about a member wins: memberlist's rules as pure functions of what is known and what
// is claimed (proto/memberlist.md, "Precedence"). Nothing here changes anything.
#pragma once

#include <cstdint>
#include <limits>

#include "swim/members/member.h"

namespace hearsay::swim {

/// What this node holds of the name a claim is about.
struct Standing {
  Liveness liveness = Liveness::unknown;
  std::uint32_t incarnation = 0;
  bool self = false;     // the claim is about this node
  bool leaving = false;  // this node has begun to leave
};

/// How an alive claim compares with what is held.
struct AliveClaim {
  std::uint32_t incarnation = 0;
  bool address_differs = false;      // from one that is held
  bool content_differs = false;      // tags or versions
  bool address_reclaimable = false;  // not held for a member that has just failed
  bool verified = false;             // the name answers at the claimed address, and at no other
};

enum class Ruling : std::uint8_t {
  ignore,  // old, or no news
  accept,
  refute,    // about this node, and not so
  confirm,   // one more accuser for a running suspicion
  conflict,  // the name is taken by another address
  ask,       // believed once it is verified
};

[[nodiscard]] Ruling judge_alive(const Standing& standing, const AliveClaim& claim) noexcept;
[[nodiscard]] Ruling judge_suspect(const Standing& standing, std::uint32_t incarnation) noexcept;
/// Both kinds of dead claim: a failure, and a goodbye (From is the name itself).
[[nodiscard]] Ruling judge_dead(const Standing& standing, std::uint32_t incarnation) noexcept;

/// Nobody can outbid a claim with it: others' word that a member is suspect or dead does not count then.
inline constexpr std::uint32_t largest_incarnation = std::numeric_limits<std::uint32_t>::max();

/// The incarnation that outbids an accusation. Saturates: incarnations never wrap.
[[nodiscard]] std::uint32_t outbid(std::uint32_t own, std::uint32_t accused) noexcept;

}  // namespace hearsay::swim
