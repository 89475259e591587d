// `tools/sim calibrate`: the figures of a cluster in Serf's mode, and in ours.
#pragma once

#include <CLI/CLI.hpp>

namespace hearsay::sim {

/// Adds the subcommand; it runs, and prints its table, when the command line is parsed.
void add_calibrate(CLI::App& app);

}  // namespace hearsay::sim
