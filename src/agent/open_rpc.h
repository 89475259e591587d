// Where the agent's RPC is reached: an address, or a local socket.
#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "agent/config/settings.h"
#include "agent/rpc/server.h"

namespace hearsay::agent {

/// `loop`, `backend` and `log` outlive the server. The error is one line: what, where, what to do.
[[nodiscard]] tl::expected<std::unique_ptr<rpc::Server>, std::string> open_rpc_server(
    loop::Loop& loop, const Settings& settings, rpc::Backend& backend, Log& log);

}  // namespace hearsay::agent
