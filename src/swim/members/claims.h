// What others claim about members, one function a message (proto/memberlist.md, "Member states").
// Each judges the claim by members/precedence.h, and changes the table, gossips on, refutes or
// ignores. A claim that makes no sense is counted and changes nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "swim/core.h"
#include "swim/members/precedence.h"
#include "swim/wire/messages.h"

namespace hearsay::swim {

void on_alive(Step& step, const wire::Alive& claim);
/// The same of a claim that reclaim.h has verified: if the name is free, it moves or returns by it.
void admit_verified(Step& step, const wire::Alive& claim);
/// Tells of a name that is used at two addresses; if it is ours, asks the cluster whose it is.
void report_conflict(Step& step, std::string_view name, const Endpoint& existing, const Endpoint& other);
/// Others' word, whoever `from` is said to be.
void on_suspect(Step& step, const wire::Suspect& claim);
/// A peer's table holds it suspected or dead, nobody knows since when and by whose word. As with memberlist a
/// suspicion begins, in this node's own name; but it confirms none, and this node looks for itself.
void on_suspect_in_table(Step& step, std::string_view node, std::uint32_t incarnation);
/// Others' word: a failure, or a goodbye where `from` is the name itself.
void on_dead(Step& step, const wire::Dead& claim);

/// What this node has found out of a row by its own probes.
void find_suspect(Step& step, MemberId id);
/// `claimed`: at the highest incarnation at which others have called it dead, if that is higher than what is
/// held.
void find_dead(Step& step, MemberId id, std::uint32_t claimed = 0);
/// A suspicion that nobody else has confirmed in its longest time, while messages did reach this node: the
/// others may not have heard it, and the member neither. True: it is told and begun once more instead of
/// ended (docs/decisions/0019-nobody-else-says-so.md).
[[nodiscard]] bool doubt(Step& step, const Suspicions::Due& due);

/// The row that others accuse; no_member if there is none. Nor is there, and that is counted, if the
/// accuser's name is longer than any member's.
[[nodiscard]] MemberId accused(Step& step, std::string_view node, std::string_view from);
/// Others' word against a member that it could not refute does not count: true, and counted.
[[nodiscard]] bool beyond_refuting(Step& step, std::uint32_t incarnation);

/// Outbids an accusation of this node and tells everybody.
void refute(Step& step, std::uint32_t accused_incarnation);
/// An accusation of this node as it was before: its refutation got lost, and is told once more, but not more
/// often than others wait for an answer.
void refute_again(Step& step);
/// New tags for this node: told to everybody, CommandDone when that is done. A node that is leaving
/// keeps its tags to itself: an alive message now would call it back.
tl::expected<void, TooLarge> change_own_tags(Step& step, CommandId command, Tags tags);
/// Gossips this node's own row as it stands.
void announce_self(Step& step, RumorWatch watch);

/// The row as an alive message; views look into `member`.
[[nodiscard]] wire::Alive alive_claim(const Member& member) noexcept;
[[nodiscard]] bool is_self(const Core& core, MemberId id) noexcept;
/// What is held of a row, for members/precedence.h to judge a claim by.
[[nodiscard]] Standing standing_of(const Core& core, MemberId id) noexcept;

}  // namespace hearsay::swim
