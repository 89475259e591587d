#include "cli/completion.h"

#include <algorithm>
#include <array>

#include "cli/choice.h"
#include "cli/console.h"
#include "cli/rpc_options.h"

namespace hearsay::cli {
namespace {

constexpr std::array<std::string_view, 3> shells = {"bash", "zsh", "fish"};

/// "-format=" of a line "  -format=FORMAT   'text' (default) or 'json'."; empty if it shows no flag.
std::string flag_of(std::string_view line) {
  if (!line.starts_with("  -")) {
    return {};
  }
  line.remove_prefix(2);
  const std::size_t end = std::min(line.find_first_of("= "), line.size());
  std::string out(line.substr(0, end));
  // What takes a value shows one, behind '=' or a single space.
  const bool takes_value = end + 1 < line.size() && (line[end] == '=' || line[end + 1] != ' ');
  return takes_value ? out + "=" : out;
}

std::vector<std::string> flags_in(std::string_view help) {
  std::vector<std::string> out;
  while (!help.empty()) {
    const std::size_t end = std::min(help.find('\n'), help.size());
    if (std::string flag = flag_of(help.substr(0, end)); !flag.empty()) {
      out.push_back(std::move(flag));
    }
    help.remove_prefix(std::min(end + 1, help.size()));
  }
  return out;
}

}  // namespace

std::vector<Completable> completables(const Program& program) {
  std::vector<Completable> out;
  for (const Command& command : commands()) {
    if (has(program, command)) {
      out.push_back({command.name, command.synopsis, flags_in(command.help(program))});
    }
  }
  return out;
}

std::string help_completion(const Program& program) {
  return "Usage: " + std::string(program.name()) +
         " completion bash|zsh|fish\n\n"
         "  Prints a script that completes commands, flags and names in that shell:\n"
         "  source <(hearsay completion bash)";
}

int run_completion(const Program& program, Args args) {
  if (args.size() != 1) {
    return fail("Error", "one shell must be given: " + list_of(shells));
  }
  if (const auto shell = choose("shell", args.front(), shells); !shell) {
    return fail("Error", shell.error());
  }
  std::string script = completion_for(args.front(), completables(program));
  script.pop_back();
  print(script);
  return 0;
}

}  // namespace hearsay::cli
