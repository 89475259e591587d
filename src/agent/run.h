// The `agent` command.
#pragma once

#include <span>

namespace hearsay::agent {

/// Runs an agent until it leaves or is told to stop, and returns the exit code. `args` come after
/// the command's name; what asks for help among them is the caller's to answer. `serf_mode`: the program was
/// called as `serf` and behaves exactly as it.
int run_agent(std::span<const char* const> args, bool serf_mode);

}  // namespace hearsay::agent
