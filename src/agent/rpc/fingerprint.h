// How a key is shown to those who may not have it.
#pragma once

#include <string>
#include <string_view>

namespace hearsay::agent::rpc {

/// "sha256:" and the first 16 digits of what `printf %s KEY | sha256sum` prints for the key's base64: enough
/// to tell the keys of a cluster apart, and nothing to seal or open with.
[[nodiscard]] std::string fingerprint(std::string_view key);

}  // namespace hearsay::agent::rpc
