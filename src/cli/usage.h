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

/// The arguments behind the flags. After a mistake the complaint and the help have been printed and
/// there is nothing.
[[nodiscard]] std::optional<Args> parse_flags(agent::FlagSet& flags, Args args, const std::string& help);

/// Says what is wrong with the arguments, with the help; returns the exit status.
int refuse(std::string_view mistake, const std::string& help);

}  // namespace hearsay::cli
