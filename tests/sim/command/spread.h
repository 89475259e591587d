// `tools/sim spread`: how soon everybody knows.
#pragma once

#include <CLI/CLI.hpp>

namespace hearsay::sim {

/// Adds the subcommand; it runs, and prints its line, when the command line is parsed.
void add_spread(CLI::App& app);

}  // namespace hearsay::sim
