// Gossip keys as people write them: base64.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "swim/bytes.h"

namespace hearsay::agent::state {

/// 16, 24 or 32 bytes. The error says what is wrong, never the key: "the key has 5 bytes; it must
/// have 16, 24 or 32".
[[nodiscard]] tl::expected<swim::Buffer, std::string> decode_key(std::string_view text);
[[nodiscard]] std::string encode_key(swim::Bytes key);

}  // namespace hearsay::agent::state
