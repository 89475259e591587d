// Which seeds are worth dialling from where this agent stands.
#pragma once

#include <optional>
#include <string>

#include "agent/loop/loop.h"
#include "agent/net/address.h"
#include "swim/members/member_table.h"

namespace hearsay::agent {

/// Has the agent's sockets reach link-local addresses by the zone of this one. The first to name an
/// interface decides, until its join turns out to have contacted nobody, as everybody's addresses have to be
/// of the same link. An empty zone changes nothing. The error: "there is no interface eth9".
[[nodiscard]] tl::expected<void, std::string> use_zone(loop::Loop& loop, const std::string& zone);

/// Why joining at `seed` cannot work, and what to do; nothing if it may. An agent that advertises a
/// loopback address would be declared dead as soon as an agent of another host knew it. `link`:
/// loop::Loop::link().
[[nodiscard]] std::optional<std::string> why_out_of_reach(const swim::IpAddress& seed,
                                                          const swim::IpAddress& advertised, unsigned link);

/// Whether a member that is alive is reached there: to join it would tell nobody anything.
[[nodiscard]] bool is_alive_at(const swim::MemberTable& members, const swim::Endpoint& at);

/// Whether all that is known to have lived there has left: whoever lives there now may be of another
/// cluster.
[[nodiscard]] bool was_left(const swim::MemberTable& members, const swim::Endpoint& at);

}  // namespace hearsay::agent
