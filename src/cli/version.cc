#include "cli/command.h"
#include "cli/console.h"

namespace hearsay::cli {

std::string help_version(const Program&) {
  return {};
}

int run_version(const Program& program, Args) {
  print(program.version());
  print("Agent Protocol: 5 (Understands back to: 2)");
  return 0;
}

}  // namespace hearsay::cli
