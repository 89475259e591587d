// tools/sim rapid: members whose network works one way only or badly, and most of a cluster restarting at
// once.
#pragma once

#include <CLI/CLI.hpp>

namespace hearsay::sim {

/// Adds the command, which runs while the command line is read.
void add_rapid(CLI::App& app);

}  // namespace hearsay::sim
