#include "cli/usage.h"

#include "cli/console.h"

namespace hearsay::cli {

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
  if (rest.error().kind == agent::FlagError::Kind::mistake) {
    print_error(rest.error().text);
  }
  print_failure(help);
  return std::nullopt;
}

int refuse(std::string_view mistake, const std::string& help) {
  print_failure(mistake);
  print_failure("");
  print_failure(help);
  return 1;
}

}  // namespace hearsay::cli
