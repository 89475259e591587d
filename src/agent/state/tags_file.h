// The tags file (proto/snapshot.md, "Tags"): a JSON object of strings.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "agent/state/file.h"
#include "swim/gossip/tags.h"

namespace hearsay::agent::state {

/// No tags if there is no file. Errors are for people, without the path.
[[nodiscard]] tl::expected<swim::Tags, std::string> read_tags(const std::string& path);
[[nodiscard]] FileResult write_tags(const std::string& path, const swim::Tags& tags);

}  // namespace hearsay::agent::state
