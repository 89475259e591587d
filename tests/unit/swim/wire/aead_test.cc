#include "swim/wire/aead.h"

#include <string>

#include <doctest/doctest.h>
#include <sodium.h>

#include "hex.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::Bytes;
using namespace swim::wire;

std::string sealed_hex(const Aead& aead, Bytes plain, Bytes aad, Bytes nonce) {
  Buffer out(plain.size() + tag_size);
  aead.seal(plain, aad, nonce.data(), out.data());
  return hex(out);
}

std::unique_ptr<Aead> make(std::string_view key, AeadLibrary library = AeadLibrary::fastest) {
  REQUIRE(sodium_init() >= 0);
  auto aead = make_aead(bytes(key), library);
  REQUIRE(aead);
  return aead;
}

// Test cases 4, 10 and 16 of McGrew and Viega's GCM specification, which NIST submissions carry.
const Buffer plain = bytes(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
const Buffer aad = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
const Buffer nonce = bytes("cafebabefacedbaddecaf888");
constexpr std::string_view key_192 = "feffe9928665731c6d6a8f9467308308feffe9928665731c";
constexpr std::string_view key_256 = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
constexpr std::string_view sealed_256 =
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    "76fc6ece0f4e1768cddf8853bb2d551b";

}  // namespace

TEST_CASE("AES-GCM gives the known answers for keys of 16, 24 and 32 bytes") {
  CHECK(sealed_hex(*make("feffe9928665731c6d6a8f9467308308"), plain, aad, nonce) ==
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
        "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
        "5bc94fbc3221a5db94fae95ae7121a47");
  CHECK(sealed_hex(*make(key_192), plain, aad, nonce) ==
        "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c"
        "7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710"
        "2519498e80f1478f37ba55bd6d27618c");
  CHECK(sealed_hex(*make(key_256), plain, aad, nonce) == sealed_256);
  CHECK(sealed_hex(*make(key_256, AeadLibrary::nettle), plain, aad, nonce) == sealed_256);
}

TEST_CASE("either library opens what the other sealed, at every length around a block") {
  const auto fast = make(key_256);
  const auto slow = make(key_256, AeadLibrary::nettle);
  for (std::size_t size = 0; size <= plain.size(); ++size) {
    const Bytes part = Bytes(plain).first(size);
    const Buffer sealed = bytes(sealed_hex(*fast, part, aad, nonce));
    CHECK(hex(sealed) == sealed_hex(*slow, part, aad, nonce));
    Buffer opened(size);
    CHECK(slow->open(sealed, aad, nonce.data(), opened.data()));
    CHECK(hex(opened) == hex(part));
    CHECK(fast->open(sealed, aad, nonce.data(), opened.data()));
    CHECK(hex(opened) == hex(part));
  }
}

TEST_CASE("one bit anywhere makes it not open") {
  for (const AeadLibrary library : {AeadLibrary::fastest, AeadLibrary::nettle}) {
    const auto aead = make(key_256, library);
    Buffer sealed = bytes(sealed_256);
    Buffer opened(plain.size());
    for (std::byte& byte : sealed) {
      byte ^= std::byte{1};
      CHECK_FALSE(aead->open(sealed, aad, nonce.data(), opened.data()));
      byte ^= std::byte{1};
    }
    Buffer other = aad;
    other[0] ^= std::byte{0x80};
    CHECK_FALSE(aead->open(sealed, other, nonce.data(), opened.data()));
    other = nonce;
    other[11] ^= std::byte{1};
    CHECK_FALSE(aead->open(sealed, aad, other.data(), opened.data()));
    CHECK(aead->open(sealed, aad, nonce.data(), opened.data()));
  }
}

TEST_CASE("only 16, 24 and 32 bytes are a key") {
  REQUIRE(sodium_init() >= 0);
  for (std::size_t size = 0; size <= 64; ++size) {
    CHECK((make_aead(Buffer(size)) != nullptr) == (size == 16 || size == 24 || size == 32));
  }
}

}  // namespace hearsay::tests
