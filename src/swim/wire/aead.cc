#include "swim/wire/aead.h"

#include <algorithm>
#include <array>
#include <new>

#include <nettle/aes.h>
#include <nettle/gcm.h>
#include <sodium.h>

namespace hearsay::swim::wire {
namespace {

const std::uint8_t* octets(const std::byte* bytes) noexcept {
  return reinterpret_cast<const std::uint8_t*>(bytes);
}

std::uint8_t* octets(std::byte* bytes) noexcept {
  return reinterpret_cast<std::uint8_t*>(bytes);
}

/// The bytes of a key, wiped at their end.
template <std::size_t size>
class Secret {
 public:
  explicit Secret(Bytes key) noexcept { std::copy_n(key.data(), size, bytes_.data()); }
  ~Secret() { sodium_memzero(bytes_.data(), size); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  [[nodiscard]] Bytes view() const noexcept { return bytes_; }
  [[nodiscard]] const std::uint8_t* data() const noexcept { return octets(bytes_.data()); }

 private:
  std::array<std::byte, size> bytes_;
};

class SodiumAes256 final : public Aead {
 public:
  explicit SodiumAes256(Bytes key) noexcept : key_(key) {
    crypto_aead_aes256gcm_beforenm(&schedule_, key_.data());
  }
  ~SodiumAes256() override { sodium_memzero(&schedule_, sizeof schedule_); }

  [[nodiscard]] Bytes key() const noexcept override { return key_.view(); }

  void seal(Bytes plain, Bytes aad, const std::byte* nonce, std::byte* out) const noexcept override {
    crypto_aead_aes256gcm_encrypt_afternm(octets(out), nullptr, octets(plain.data()), plain.size(),
                                          octets(aad.data()), aad.size(), nullptr, octets(nonce), &schedule_);
  }

  [[nodiscard]] bool open(Bytes sealed, Bytes aad, const std::byte* nonce,
                          std::byte* out) const noexcept override {
    return crypto_aead_aes256gcm_decrypt_afternm(octets(out), nullptr, nullptr, octets(sealed.data()),
                                                 sealed.size(), octets(aad.data()), aad.size(), octets(nonce),
                                                 &schedule_) == 0;
  }

 private:
  Secret<32> key_;
  crypto_aead_aes256gcm_state schedule_;
};

/// What nettle calls one key size of AES.
template <class Schedule, auto set_key, auto encrypt_block, std::size_t size>
struct Aes {
  static constexpr std::size_t key_size = size;
  Schedule schedule;

  explicit Aes(const std::uint8_t* key) noexcept { set_key(&schedule, key); }
  static void encrypt(const void* context, std::size_t length, std::uint8_t* out, const std::uint8_t* in) {
    encrypt_block(static_cast<const Schedule*>(context), length, out, in);
  }
};

using Aes128 = Aes<aes128_ctx, aes128_set_encrypt_key, aes128_encrypt, AES128_KEY_SIZE>;
using Aes192 = Aes<aes192_ctx, aes192_set_encrypt_key, aes192_encrypt, AES192_KEY_SIZE>;
using Aes256 = Aes<aes256_ctx, aes256_set_encrypt_key, aes256_encrypt, AES256_KEY_SIZE>;

template <class Cipher>
class NettleGcm final : public Aead {
 public:
  explicit NettleGcm(Bytes key) noexcept : key_(key), cipher_(key_.data()) {
    gcm_set_key(&hash_key_, &cipher_.schedule, Cipher::encrypt);
  }
  ~NettleGcm() override {
    sodium_memzero(&cipher_, sizeof cipher_);
    sodium_memzero(&hash_key_, sizeof hash_key_);
  }

  [[nodiscard]] Bytes key() const noexcept override { return key_.view(); }

  void seal(Bytes plain, Bytes aad, const std::byte* nonce, std::byte* out) const noexcept override {
    gcm_ctx message = begin(aad, nonce);
    gcm_encrypt(&message, &hash_key_, &cipher_.schedule, Cipher::encrypt, plain.size(), octets(out),
                octets(plain.data()));
    digest(message, octets(out + plain.size()));
  }

  [[nodiscard]] bool open(Bytes sealed, Bytes aad, const std::byte* nonce,
                          std::byte* out) const noexcept override {
    const std::size_t size = sealed.size() - tag_size;
    gcm_ctx message = begin(aad, nonce);
    gcm_decrypt(&message, &hash_key_, &cipher_.schedule, Cipher::encrypt, size, octets(out),
                octets(sealed.data()));
    std::array<std::uint8_t, tag_size> tag;
    digest(message, tag.data());
    return sodium_memcmp(tag.data(), sealed.data() + size, tag_size) == 0;
  }

 private:
  gcm_ctx begin(Bytes aad, const std::byte* nonce) const noexcept {
    gcm_ctx message;
    gcm_set_iv(&message, &hash_key_, nonce_size, octets(nonce));
    gcm_update(&message, &hash_key_, aad.size(), octets(aad.data()));
    return message;
  }

  void digest(gcm_ctx& message, std::uint8_t* tag) const noexcept {
    gcm_digest(&message, &hash_key_, &cipher_.schedule, Cipher::encrypt, tag_size, tag);
  }

  Secret<Cipher::key_size> key_;
  Cipher cipher_;
  gcm_key hash_key_;
};

}  // namespace

void* Aead::operator new(std::size_t size) {
  constexpr std::size_t alignment = 16;  // that of the block's end is the place's
  if (sodium_init() < 0) {               // the first key; later calls do nothing
    throw std::bad_alloc();
  }
  void* const place = sodium_malloc((size + alignment - 1) / alignment * alignment);
  if (place == nullptr) {
    throw std::bad_alloc();
  }
  return place;
}

void Aead::operator delete(void* place) noexcept {
  sodium_free(place);
}

std::unique_ptr<Aead> make_aead(Bytes key, AeadLibrary library) {
  switch (key.size()) {
    case Aes128::key_size:
      return std::make_unique<NettleGcm<Aes128>>(key);
    case Aes192::key_size:
      return std::make_unique<NettleGcm<Aes192>>(key);
    case Aes256::key_size:
      if (library == AeadLibrary::fastest && crypto_aead_aes256gcm_is_available() != 0) {
        return std::make_unique<SodiumAes256>(key);
      }
      return std::make_unique<NettleGcm<Aes256>>(key);
    default:
      return nullptr;
  }
}

}  // namespace hearsay::swim::wire
