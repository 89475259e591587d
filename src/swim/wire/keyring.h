// The keys of a cluster, and sealing with them (proto/memberlist.md, "Encryption").
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <tl/expected.hpp>

#include "swim/bytes.h"

namespace hearsay::swim::wire {

inline constexpr std::size_t nonce_size = 12;
inline constexpr std::size_t tag_size = 16;
/// Bytes that sealing adds to a message in version 1, the only version we emit.
inline constexpr std::size_t seal_overhead = 1 + nonce_size + tag_size;

/// Nonces are 64 bits fixed for the process, drawn by the host from the operating system, and a
/// 32-bit counter: the core has no randomness good enough for them.
class NonceSource {
 public:
  /// Goes on after `used` nonces of these bits.
  explicit NonceSource(const std::array<std::byte, 8>& process_bits, std::uint32_t used = 0) noexcept
      : bits_(process_bits), counter_(used), used_(used) {}
  /// Never the same twice: a counter that runs over carries into the process bits.
  std::array<std::byte, nonce_size> next() noexcept;
  [[nodiscard]] std::uint64_t used() const noexcept { return used_; }

 private:
  std::array<std::byte, 8> bits_;
  std::uint32_t counter_ = 0;
  std::uint64_t used_ = 0;
};

enum class KeyError : std::uint8_t { bad_length, not_installed, is_primary, too_many };
enum class SealError : std::uint8_t { too_short, unknown_version, no_key_fits, bad_padding };

class Aead;  // one key with its schedule expanded: AES-GCM by libsodium or nettle

/// An ordered set of AES keys of 16, 24 or 32 bytes. The first is the primary: it seals. All open.
/// Key schedules are expanded once, on install. Not copyable; holds secrets and wipes them.
class Keyring {
 public:
  /// A packet that nobody sealed costs a try of each.
  static constexpr std::size_t keys_max = 256;

  Keyring();
  ~Keyring();
  Keyring(Keyring&&) noexcept;
  Keyring& operator=(Keyring&&) noexcept;

  /// Adds a key at the end; a key already there is a no-op.
  tl::expected<void, KeyError> install(Bytes key);
  /// Makes an installed key the primary.
  tl::expected<void, KeyError> use(Bytes key);
  /// Takes a key off; one that is not on the ring is fine, the primary is not.
  tl::expected<void, KeyError> remove(Bytes key);

  [[nodiscard]] bool empty() const noexcept { return keys_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  /// Primary first. The view lives until the ring changes.
  [[nodiscard]] Bytes key(std::size_t index) const noexcept;

  /// Appends version byte, nonce, ciphertext and tag of `plain` under the primary key.
  /// The ring must not be empty.
  void seal(Bytes plain, Bytes aad, NonceSource& nonces, Buffer& out) const;

  /// Replaces `plain` by what `sealed` holds, trying every key in order. Versions 0 and 1.
  tl::expected<void, SealError> open(Bytes sealed, Bytes aad, Buffer& plain) const;

 private:
  std::vector<std::unique_ptr<Aead>> keys_;
};

}  // namespace hearsay::swim::wire
