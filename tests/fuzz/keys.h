// Secrets of no account: those of the sealed vectors in proto/vectors, so that these can be seeds.
#pragma once

#include <sodium.h>

#include <string_view>

#include "swim/invariant.h"
#include "swim/wire/keyring.h"

namespace hearsay::fuzz {

/// One key: 00 01 02 .. 0f and so on, 16, 24 or 32 bytes of it.
inline swim::Buffer counting_key(std::size_t size) {
  HEARSAY_INVARIANT(sodium_init() >= 0);  // libsodium looks at the CPU
  swim::Buffer key;
  for (std::size_t i = 0; i < size; ++i) {
    key.push_back(static_cast<std::byte>(i));
  }
  return key;
}

/// A ring with one such key; size 0: with none.
inline swim::wire::Keyring counting_ring(std::size_t size) {
  swim::wire::Keyring ring;
  if (size > 0) {
    HEARSAY_INVARIANT(ring.install(counting_key(size)).has_value());
  }
  return ring;
}

inline const std::string_view test_label = "blue";

}  // namespace hearsay::fuzz
