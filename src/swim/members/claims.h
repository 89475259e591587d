// What others claim about members, one function a message (proto/memberlist.md, "Member states").
// Each judges the claim by members/precedence.h, and changes the table, gossips on, refutes or
// ignores. A claim that makes no sense is counted and changes nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "swim/core.h"
#include "swim/wire/messages.h"

namespace hearsay::swim {

void on_alive(Step& step, const wire::Alive& claim);
void on_suspect(Step& step, const wire::Suspect& claim);
/// A failure, or a goodbye where `from` is the name itself.
void on_dead(Step& step, const wire::Dead& claim);

/// Outbids an accusation of this node and tells everybody.
void refute(Step& step, std::uint32_t accused_incarnation);
/// Gossips this node's own row as it stands.
void announce_self(Step& step, RumorWatch watch);

/// The row as an alive message; views look into `member`.
[[nodiscard]] wire::Alive alive_claim(const Member& member) noexcept;
[[nodiscard]] bool is_self(const Core& core, MemberId id) noexcept;

}  // namespace hearsay::swim
