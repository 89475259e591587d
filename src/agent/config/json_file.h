// Configuration from JSON files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/config/config.h"

namespace hearsay::agent {

/// One object; comments, `//` and `/* */`, are skipped. Keys match in any case; an unknown key and a value of
/// a wrong type are errors. `path` is for messages, which are one line: what, where.
[[nodiscard]] tl::expected<Config, std::string> parse_json_config(std::string_view text,
                                                                  const std::string& path);

/// Merges files and directories in the order given; of a directory its `*.json` by name, not deeper.
[[nodiscard]] tl::expected<Config, std::string> read_config_paths(const std::vector<std::string>& paths);

}  // namespace hearsay::agent
