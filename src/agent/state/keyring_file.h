// The keyring file (proto/snapshot.md, "Keyring"): a JSON array of base64 keys, the primary first.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/state/file.h"
#include "swim/bytes.h"

namespace hearsay::agent::state {

using KeysResult = tl::expected<std::vector<swim::Buffer>, std::string>;

/// At least one key. Errors are for people.
[[nodiscard]] KeysResult parse_keyring(std::string_view text);
[[nodiscard]] std::string format_keyring(std::span<const swim::Buffer> keys);

/// The same of a file. Errors are without the path.
[[nodiscard]] KeysResult read_keyring(const std::string& path);
/// A new file can be read by its owner only.
[[nodiscard]] FileResult write_keyring(const std::string& path, std::span<const swim::Buffer> keys);

}  // namespace hearsay::agent::state
