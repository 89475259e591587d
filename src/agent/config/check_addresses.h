// Bind, advertised and RPC address: from what the user wrote to endpoints.
#pragma once

#include "agent/config/mistake.h"
#include "agent/config/settings.h"

namespace hearsay::agent {

/// Fills `bind`, `rpc` or `rpc_path` with `rpc_rights`, and of `node` bind_port and advertise. A port left
/// out is Serf's default, for the advertised address too: it does not follow the bind port. Bound to every
/// address, a private one of this host is advertised. May ask the system to resolve names, and waits for
/// that.
[[nodiscard]] Checked check_addresses(Settings& settings);

}  // namespace hearsay::agent
