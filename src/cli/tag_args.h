// `key=value` as it is typed.
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/rpc/messages.h"

namespace hearsay::cli {

/// Split at the first '='; of a key given twice the last counts. Views look into `args`. The error is
/// `Invalid tag: 'x'`.
[[nodiscard]] tl::expected<agent::rpc::TextPairs, std::string> parse_tags(
    const std::vector<std::string>& args);

}  // namespace hearsay::cli
