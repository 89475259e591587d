#include "cli/command.h"
#include "cli/console.h"

namespace hearsay::cli {

std::string help_version(const Program& program) {
  return program.is_serf ? ""
                         : "Usage: hearsay version\n\n  Prints the version, and the Serf protocol versions "
                           "that it speaks.";
}

int run_version(const Program& program, Args) {
  print(program.version());
  print("Agent Protocol: 5 (Understands back to: 2)");
  return 0;
}

}  // namespace hearsay::cli
