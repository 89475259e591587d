// A blocking TCP connection to an address as users write it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/fd.h"

namespace hearsay::agent::rpc {

inline constexpr std::uint16_t default_port = 7373;

/// `address` is as in net::parse_address(); an empty host is this machine, the port 7373 if left out.
/// Tries every address of a name until one accepts. Sending on the socket gives up after `timeout`, as
/// connecting does. A refusal is worded as Go words it:
/// `dial tcp 127.0.0.1:7373: connect: connection refused`.
[[nodiscard]] tl::expected<Fd, std::string> dial(std::string_view address, std::chrono::milliseconds timeout);

}  // namespace hearsay::agent::rpc
