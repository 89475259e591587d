// A blocking connection to an agent, at an address as users write it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/fd.h"
#include "agent/rpc/target.h"

namespace hearsay::agent::rpc {

/// How long one address of a name is tried, of the time that is `left` for so many `addresses`: an equal
/// share, but two seconds where there are so many, as Go shares a deadline out. Of no time, none.
[[nodiscard]] std::chrono::milliseconds share_of(std::chrono::milliseconds left,
                                                 std::size_t addresses) noexcept;

/// `unix:///path` is a local socket, by either rules. Of TCP: tries every address of a name until one
/// accepts, all of them within `timeout`; an empty host is this machine. Sending on the socket gives up after
/// `timeout` too. A refusal is worded as Go words it: `dial tcp 127.0.0.1:7373: connect: connection refused`.
[[nodiscard]] tl::expected<Fd, std::string> dial(std::string_view address, AddressRules rules,
                                                 std::chrono::milliseconds timeout);

}  // namespace hearsay::agent::rpc
