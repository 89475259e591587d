// What `doctor` tries with a member itself, from the host it runs on.
#pragma once

#include <string_view>

#include "cli/doctor_findings.h"
#include "swim/endpoint.h"

namespace hearsay::cli {

/// Connects, and if `talks` sends a ping in plain and looks at what comes back. Takes a second at most
/// where nobody answers.
[[nodiscard]] TcpReach probe_tcp(const swim::Endpoint& at, std::string_view name, bool talks);

/// Sends plain pings of about so many bytes, three at the most, and waits for one ack.
[[nodiscard]] UdpReach probe_udp(const swim::Endpoint& at, std::string_view name, std::size_t bytes);

}  // namespace hearsay::cli
