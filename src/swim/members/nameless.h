// Members by their addresses, for peers of old that do not say who they are.
#pragma once

#include <array>
#include <cstddef>

#include "swim/allowance.h"
#include "swim/endpoint.h"
#include "swim/members/member.h"

namespace hearsay::swim {

struct Step;

/// To look through the whole table costs as much as it has rows, and whoever can send a datagram can ask for
/// it. So who was found is remembered, and for others only so many looks are taken in a probe interval.
struct Nameless {
  static constexpr std::size_t remembered = 64;
  static constexpr int looks_max = 32;

  std::array<MemberId, remembered> found = none();  // by their address; may be out of date
  Allowance looks{.most = looks_max};

 private:
  static constexpr std::array<MemberId, remembered> none() noexcept {
    std::array<MemberId, remembered> out{};
    out.fill(no_member);
    return out;
  }
};

/// Whether any member is at that address, alive or not. False, and counted, if it is not remembered and no
/// look is left.
[[nodiscard]] bool is_any_member_at(Step& step, const Endpoint& at);

}  // namespace hearsay::swim
