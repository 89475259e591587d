// A name that asks to move: the member that had it has left, failed long ago or was pruned, and now
// somebody uses it at another address (proto/memberlist.md, "Precedence"). Or to return to where it was,
// from the largest incarnation, which it cannot outbid.
//
// Others' word that a member is gone may be wrong or forged, so this node asks for itself: the name
// moves when nobody answers to it at its old address and somebody does at the new one. Until then the
// row stays as it is, and nothing is passed on. Whoever answers at the old address may be the very member
// that moves, on a host with several: an exchange with it tells where it says that it is.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "swim/members/member.h"
#include "swim/wire/messages.h"

namespace hearsay::swim {

struct Step;

/// Moves under way. Each takes two probe timeouts: some pings to each address, and time to answer. Or the
/// time of an exchange.
struct Reclaims {
  struct Reclaim {
    std::string name;
    Endpoint from;
    Endpoint to;
    std::uint32_t incarnation;
    Buffer meta;
    Versions versions;
    std::uint32_t from_seq_no;
    std::uint32_t to_seq_no;
    int pings_left;
    Instant next;  // the next ping, or the verdict; never: the exchange decides
    bool to_answered = false;
  };
  std::vector<Reclaim> running;  // at most Limits::reclaims

  [[nodiscard]] Instant next_deadline() const noexcept;
};

/// `claim`, which is sound, is about the row `id` and says that it is at `to`.
void begin_reclaim(Step& step, MemberId id, const wire::Alive& claim, const Endpoint& to);
/// True if the ack was for one of them.
bool take_reclaim_ack(Step& step, std::uint32_t seq_no);
/// What whoever has the name at its old address lists; nothing if the exchange failed.
void end_reclaim(Step& step, std::string_view name, std::span<const wire::PushNodeState> nodes);
void run_reclaims(Step& step);

}  // namespace hearsay::swim
