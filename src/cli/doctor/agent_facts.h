// What else is known of the agent that is asked, beside its counters.
#pragma once

#include <string>
#include <vector>

#include "cli/rpc_options.h"

namespace hearsay::cli::doctor {

/// What the agent's log still has about contested names, by a connection of its own; none if there is no log
/// to be had.
[[nodiscard]] std::vector<std::string> conflicts_in_log(const RpcOptions& rpc);

/// What the host that this runs on has to do, which is the agent's if it was reached there:
/// "0.5 on 2 processors". Empty if it is not known.
[[nodiscard]] std::string load_of_host();

}  // namespace hearsay::cli::doctor
