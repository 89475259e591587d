// A blocking connection to an agent, at an address as users write it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/fd.h"
#include "agent/rpc/target.h"

namespace hearsay::agent::rpc {

/// `unix:///path` is a local socket, by either rules. Of TCP: tries every address of a name until one
/// accepts; an empty host is this machine. Sending on the socket gives up after `timeout`, as connecting
/// does. A refusal is worded as Go words it: `dial tcp 127.0.0.1:7373: connect: connection refused`.
[[nodiscard]] tl::expected<Fd, std::string> dial(std::string_view address, AddressRules rules,
                                                 std::chrono::milliseconds timeout);

}  // namespace hearsay::agent::rpc
