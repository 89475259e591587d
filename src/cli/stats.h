// How `info` shows what the agent tells about itself.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "swim/bytes.h"

namespace hearsay::cli {

/// section -> key -> value, sorted; views into what it was decoded from.
using Stats = std::map<std::string_view, std::map<std::string_view, std::string_view>>;

/// Nothing if it is no map of maps of text.
[[nodiscard]] std::optional<Stats> decode_stats(swim::Bytes body);

/// `section:` lines, each followed by tab-indented `key = value` lines.
[[nodiscard]] std::string stats_as_text(const Stats& stats);
[[nodiscard]] std::string stats_as_json(const Stats& stats);

}  // namespace hearsay::cli
