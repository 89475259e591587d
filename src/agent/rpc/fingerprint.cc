#include "agent/rpc/fingerprint.h"

#include <sodium.h>

#include <array>

namespace hearsay::agent::rpc {

std::string fingerprint(std::string_view key) {
  constexpr std::size_t shown_bytes = 8;
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
  std::array<char, 2 * shown_bytes + 1> digits;
  sodium_bin2hex(digits.data(), digits.size(), hash.data(), shown_bytes);
  return std::string("sha256:").append(digits.data());
}

}  // namespace hearsay::agent::rpc
