// `tools/sim detection`: how soon a member is found gone, and how often wrongly.
#pragma once

#include <CLI/CLI.hpp>

namespace hearsay::sim {

/// Adds the subcommand; it runs, and prints its lines, when the command line is parsed.
void add_detection(CLI::App& app);

}  // namespace hearsay::sim
