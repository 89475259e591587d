// From the command line to a Config.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/config/config.h"
#include "agent/config/flags.h"

namespace hearsay::agent {

/// What to do with arguments behind the flags. Serf does not look at them.
enum class Extra : std::uint8_t { refused, ignored };

/// Defaults, then files and directories in their order, then flags. The error is one line for
/// people, or a request for help.
[[nodiscard]] tl::expected<Config, FlagError> load_config(std::span<const std::string_view> args,
                                                          Extra extra = Extra::refused);

/// "key=value"; the value may hold more '='. The error: "Invalid tag: 'x'".
[[nodiscard]] tl::expected<swim::Tags, std::string> parse_tags(std::span<const std::string> pairs);

}  // namespace hearsay::agent
