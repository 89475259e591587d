// What `doctor` tries with a member itself, from the host it runs on.
#pragma once

#include <cstddef>
#include <string_view>

#include "cli/doctor/probed.h"
#include "swim/endpoint.h"

namespace hearsay::cli::doctor {

/// The interface by which this host reaches link-local IPv6 addresses, if the agent's own is one; else 0.
[[nodiscard]] unsigned link_of(const swim::IpAddress& own);

/// `link`: link_of(), which counts for link-local addresses alone. Connects, and if `talks` sends a ping in
/// plain and looks at what comes back. Takes a second at most where nobody answers.
[[nodiscard]] TcpReach probe_tcp(const swim::Endpoint& at, unsigned link, std::string_view name, bool talks);

/// Sends plain pings of about so many bytes, three at the most, and waits for one ack.
[[nodiscard]] UdpReach probe_udp(const swim::Endpoint& at, unsigned link, std::string_view name,
                                 std::size_t bytes);

}  // namespace hearsay::cli::doctor
