// Who may connect to an RPC on a local socket. Private to src/agent/config.
#pragma once

#include "agent/config/mistake.h"
#include "agent/config/settings.h"

namespace hearsay::agent {

/// Sets `rpc_rights`: the owner alone, unless a group or a mode is given.
[[nodiscard]] Checked check_socket_rights(Settings& settings);

}  // namespace hearsay::agent
