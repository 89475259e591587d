// From a command line to a command.
#pragma once

#include "cli/command.h"

namespace hearsay::cli {

inline constexpr int no_such_command = 127;

/// Runs what `args` (without the program's name) ask for and returns the exit status. As Serf does it:
/// -v or --version anywhere prints versions; -h, -help or --help anywhere before `--` prints help on
/// standard error; the first argument without a dash is the command, and a flag before it is an error.
int dispatch(const Program& program, Args args);

}  // namespace hearsay::cli
