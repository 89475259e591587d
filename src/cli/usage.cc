#include "cli/usage.h"

#include "agent/config/quote.h"
#include "cli/console.h"

namespace hearsay::cli {
namespace {

/// In one line, which ends with the first of the help: "Usage: hearsay join [options] ADDRESS...".
void complain(std::string_view mistake, const std::string& help) {
  mistake.remove_suffix(mistake.ends_with('.') ? 1 : 0);
  std::string line("Error: ");
  line.append(mistake).append(". ").append(help, 0, help.find('\n')).append("; -h tells more");
  print_error(line);
}

}  // namespace

std::string help_text(const Program& program, std::string_view form, std::string_view about,
                      const agent::FlagSet& flags) {
  std::string out = "Usage: ";
  out.append(program.name()).append(" ").append(form).append("\n\n").append(about).append("\n\nOptions:\n\n");
  out.append(flags.usage());
  out.pop_back();
  return out;
}

std::optional<Args> parse_flags(agent::FlagSet& flags, Args args, const std::string& help) {
  const auto rest = flags.parse(args);
  if (rest) {
    return *rest;
  }
  const bool is_mistake = rest.error().kind == agent::FlagError::Kind::mistake;
  if (is_mistake && !prints_failures_as_serf()) {
    complain(rest.error().text, help);
    return std::nullopt;
  }
  if (is_mistake) {
    print_error(rest.error().text);
  }
  print_failure(help);
  return std::nullopt;
}

bool parse_flags_alone(agent::FlagSet& flags, Args args, const std::string& help) {
  const auto rest = parse_flags(flags, args, help);
  if (rest && !rest->empty() && !prints_failures_as_serf()) {
    complain("unexpected argument " + agent::quote(rest->front()), help);
    return false;
  }
  return rest.has_value();
}

int refuse(std::string_view mistake, const std::string& help) {
  if (!prints_failures_as_serf()) {
    complain(mistake, help);
    return 1;
  }
  print_failure(mistake);
  print_failure("");
  print_failure(help);
  return 1;
}

}  // namespace hearsay::cli
