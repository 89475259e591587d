// Who probes whom, so that the members of a cluster share the work evenly without a word about it
// (docs/decisions/0016-balanced-probes.md).
//
// All members stand in a ring (ring.h). In beat b each probes the one that stands offset(b) places further:
// as many targets as probers, and no two the same. Beats are counted in the upper bits of the numbers of
// pings, as Lamport's clocks are: who hears of a later beat catches up. Views that differ, and peers that
// number pings otherwise, cost balance and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

#include "swim/members/member.h"

namespace hearsay::swim {

/// Pings of one beat have numbers of their own, up to 256; more of them begin the next beat.
inline constexpr unsigned beat_shift = 8;

/// From 1 to `ring` - 1, for a ring of at least two. Over `ring` - 1 beats it takes each of these values
/// once, and in each such round in another order.
[[nodiscard]] std::size_t probe_offset(std::uint32_t beat, std::size_t ring) noexcept;

/// The number after which pings of the next beat are counted, `beats` beats on.
[[nodiscard]] constexpr std::uint32_t beats_after(std::uint32_t seq_no, std::uint32_t beats) noexcept {
  return ((seq_no >> beat_shift) + beats) << beat_shift;
}

/// The number to go on from, having sent `own` and heard `heard`: at the beat before the one heard of,
/// because its sender may just have begun it, and this node's own turn in it is to come.
[[nodiscard]] std::uint32_t catch_up(std::uint32_t own, std::uint32_t heard) noexcept;

}  // namespace hearsay::swim
