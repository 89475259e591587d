// -format, where a command has it.
#pragma once

#include <optional>
#include <string_view>

#include "agent/config/flags.h"
#include "cli/command.h"

namespace hearsay::cli {

enum class Format : std::uint8_t { text, json };

inline constexpr std::string_view format_help = "'text' (default) or 'json'.";

/// Nothing: that it is no format has been printed.
[[nodiscard]] std::optional<Format> parse_format(const Program& program, std::string_view text);

}  // namespace hearsay::cli
