#include <string_view>
#include <vector>

#include "cli/dispatch.h"

namespace {

std::string_view basename_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  const hearsay::cli::Program program{.is_serf = argc > 0 && basename_of(argv[0]) == "serf"};
  return hearsay::cli::dispatch(program, args);
}
