// A blocking TCP connection to an address as users write it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/fd.h"

namespace hearsay::agent::rpc {

/// `address` is HOST:PORT: HOST a name, a literal ([v6]) or empty for this machine, PORT a number or the
/// name of a service. Tries every address of a name until one accepts. Sending on the socket gives up
/// after `timeout`, as connecting does. Errors are worded as Go words them:
/// `dial tcp 127.0.0.1:7373: connect: connection refused`.
[[nodiscard]] tl::expected<Fd, std::string> dial(std::string_view address, std::chrono::milliseconds timeout);

}  // namespace hearsay::agent::rpc
