// Flags of a command, and what is said about them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/config/flags.h"
#include "cli/command.h"

namespace hearsay::cli {

/// `form` follows the program's name: "event [options] NAME [PAYLOAD]". `about` is indented by two.
[[nodiscard]] std::string help_text(const Program& program, std::string_view form, std::string_view about,
                                    const agent::FlagSet& flags);

/// The arguments behind the flags. After a mistake the complaint has been printed, as `serf` with the help,
/// and there is nothing.
[[nodiscard]] std::optional<Args> parse_flags(agent::FlagSet& flags, Args args, const std::string& help);

/// The same for a command without arguments: one that stands behind the flags is a mistake, as the flags
/// behind it would be overlooked. Serf overlooks both, and so does this under its name.
[[nodiscard]] bool parse_flags_alone(agent::FlagSet& flags, Args args, const std::string& help);

/// Says what is wrong with the arguments in one line, but as `serf` with the help; returns the exit status.
int refuse(std::string_view mistake, const std::string& help);

}  // namespace hearsay::cli
