#include "cli/dispatch.h"

#include <algorithm>

#include "agent/config/quote.h"
#include "cli/console.h"

namespace hearsay::cli {
namespace {

struct Parsed {
  std::string_view command;  // empty: none
  Args rest;                 // after the command
  bool wants_help = false;
  bool has_flags_before = false;
};

bool is_help(std::string_view arg) {
  return arg == "-h" || arg == "-help" || arg == "--help";
}

Parsed parse(Args args) {
  Parsed out;
  for (; !args.empty() && args.front() != "--"; args = args.subspan(1)) {
    const std::string_view arg = args.front();
    if (is_help(arg)) {
      out.wants_help = true;
    } else if (out.command.empty() && arg.starts_with('-')) {
      out.has_flags_before |= arg != "-version";
    } else if (out.command.empty() && !arg.empty()) {
      out.command = arg;
      out.rest = args.subspan(1);
    }
  }
  return out;
}

const Command* find(const Program& program, std::string_view name) {
  const auto found = std::ranges::find(commands(), name, &Command::name);
  return found == commands().end() || !has(program, *found) ? nullptr : &*found;
}

std::string list_of_commands(const Program& program) {
  constexpr std::size_t name_column = 16;
  std::string out = "Usage: ";
  out.append(program.name()).append(" [--version] [--help] <command> [<args>]\n\nAvailable commands are:\n");
  for (const Command& command : commands()) {
    if (!has(program, command)) {
      continue;
    }
    out.append(4, ' ').append(command.name).append(name_column - command.name.size(), ' ');
    out.append(command.synopsis).append("\n");
  }
  return out;
}

/// The one line for a name that is none. Serf shows the list.
std::string unknown_command(const Program& program, std::string_view name) {
  std::string out = "Error: there is no command " + agent::quote(name);
  for (const Command& command : commands()) {
    if (has(program, command) && (command.name.starts_with(name) || name.starts_with(command.name))) {
      out.append(". Did you mean ").append(command.name).append("?");
      break;
    }
  }
  return out.append(out.ends_with('?') ? " " : ". ").append("hearsay -h lists those there are");
}

}  // namespace

int dispatch(const Program& program, Args args) {
  print_failures_as_serf(program.is_serf);
  if (std::ranges::find_if(args, [](auto arg) { return arg == "-v" || arg == "--version"; }) != args.end()) {
    return run_version(program, {});
  }
  const Parsed parsed = parse(args);
  const Command* const command = find(program, parsed.command);
  if (command == nullptr && !program.is_serf && !parsed.command.empty()) {
    print_error(unknown_command(program, parsed.command));
    return no_such_command;
  }
  if (command == nullptr) {
    print_error(list_of_commands(program));
    return parsed.wants_help && parsed.command.empty() ? 0 : no_such_command;
  }
  if (parsed.wants_help) {
    print_error(command->help(program));
    return 0;
  }
  if (parsed.has_flags_before) {
    print_error(
        "Invalid flags before the subcommand. If these flags are for\n"
        "the subcommand, please put them after the subcommand.\n");
    print_error(command->help(program));
    return 1;
  }
  return command->run(program, parsed.rest);
}

}  // namespace hearsay::cli
