// From the command line to a Config.
#pragma once

#include <span>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/config/config.h"
#include "agent/config/flags.h"

namespace hearsay::agent {

/// Defaults, then files and directories in their order, then flags. The error is one line for
/// people, or a request for help.
[[nodiscard]] tl::expected<Config, FlagError> load_config(std::span<const std::string_view> args);

/// "key=value"; the value may hold more '='. The error: "Invalid tag: 'x'".
[[nodiscard]] tl::expected<swim::Tags, std::string> parse_tags(std::span<const std::string> pairs);

}  // namespace hearsay::agent
