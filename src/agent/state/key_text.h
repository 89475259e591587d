// Gossip keys as people write them: base64.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "swim/bytes.h"

namespace hearsay::agent::state {

/// Bytes of any number, as Go reads them: with padding, line breaks skipped, and whatever bits are left
/// over in the last character. The error is the place of the first byte that cannot stand there.
[[nodiscard]] tl::expected<swim::Buffer, std::size_t> decode_base64(std::string_view text);

/// 16, 24 or 32 bytes. The error says what is wrong, never the key: "the key has 5 bytes; it must
/// have 16, 24 or 32".
[[nodiscard]] tl::expected<swim::Buffer, std::string> decode_key(std::string_view text);
[[nodiscard]] std::string encode_key(swim::Bytes key);

}  // namespace hearsay::agent::state
