// AES-GCM under one key. libsodium does AES-256 where the processor helps it; nettle does the rest.
#pragma once

#include <memory>

#include "swim/bytes.h"
#include "swim/wire/keyring.h"

namespace hearsay::swim::wire {

/// One key with its schedule expanded. Wipes both at its end. Lives in pages of its own, which are locked
/// into memory as far as the system allows, and left out of core dumps.
class Aead {
 public:
  static void* operator new(std::size_t size);
  static void operator delete(void* place) noexcept;

  Aead() = default;
  Aead(const Aead&) = delete;
  Aead& operator=(const Aead&) = delete;
  virtual ~Aead() = default;

  [[nodiscard]] virtual Bytes key() const noexcept = 0;

  /// Writes plain.size() + tag_size bytes: the ciphertext and its tag.
  virtual void seal(Bytes plain, Bytes aad, const std::byte* nonce, std::byte* out) const noexcept = 0;

  /// Writes sealed.size() - tag_size bytes to `out`, which means nothing unless it returns true.
  [[nodiscard]] virtual bool open(Bytes sealed, Bytes aad, const std::byte* nonce,
                                  std::byte* out) const noexcept = 0;
};

enum class AeadLibrary : std::uint8_t { fastest, nettle };

/// Null when the key is not 16, 24 or 32 bytes. sodium_init() has been called.
[[nodiscard]] std::unique_ptr<Aead> make_aead(Bytes key, AeadLibrary library = AeadLibrary::fastest);

}  // namespace hearsay::swim::wire
