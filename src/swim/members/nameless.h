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
/// it. So who was found is remembered, and for others only Limits::nameless_rows are looked at in a probe
/// interval.
struct Nameless {
  static constexpr std::size_t remembered = 64;

  explicit Nameless(std::size_t rows_most) : rows{.most = rows_most} {}

  std::array<MemberId, remembered> found = none();  // by their address; may be out of date
  Allowance rows;

 private:
  static constexpr std::array<MemberId, remembered> none() noexcept {
    std::array<MemberId, remembered> out{};
    out.fill(no_member);
    return out;
  }
};

/// Whether any member is at that address, alive or not. False, and counted, if it is not remembered and too
/// many rows were looked at.
[[nodiscard]] bool is_any_member_at(Step& step, const Endpoint& at);

}  // namespace hearsay::swim
