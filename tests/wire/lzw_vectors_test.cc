// proto/vectors/lzw.txt: our LZW against Go's, full table included.
#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <sodium.h>

#include "swim/wire/lzw.h"
#include "wire/vector.h"

namespace hearsay::tests {
namespace {

namespace wire = swim::wire;
using swim::Buffer;

struct LzwVector {
  std::string kind;
  std::size_t plain_size = 0;
  std::size_t packed_size = 0;
  std::string sha256;
  std::string hex;  // only where the output is short
};

std::vector<LzwVector> load_lzw_vectors() {
  std::ifstream file(std::string(HEARSAY_VECTORS) + "/lzw.txt");
  std::vector<LzwVector> vectors;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) {
      continue;
    }
    LzwVector vector;
    std::istringstream words(line);
    words >> vector.kind >> vector.plain_size >> vector.packed_size >> vector.sha256 >> vector.hex;
    vectors.push_back(vector);
  }
  return vectors;
}

Buffer plain_of(const LzwVector& vector) {
  if (vector.kind == "repeat-c0") {
    return Buffer(vector.plain_size, std::byte{0xc0});
  }
  Buffer plain(vector.plain_size);
  std::uint32_t x = 1;
  for (std::byte& byte : plain) {
    x = x * 1664525U + 1013904223U;
    byte = static_cast<std::byte>(x >> 24);
  }
  return plain;
}

std::string sha256(swim::Bytes bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return to_hex(std::as_bytes(std::span(hash)));
}

}  // namespace

TEST_CASE("LZW is written byte for byte as Go writes it, and read back") {
  const auto vectors = load_lzw_vectors();
  CHECK(vectors.size() == 29);
  for (const LzwVector& vector : vectors) {
    CAPTURE(vector.kind);
    CAPTURE(vector.plain_size);
    const Buffer plain = plain_of(vector);
    Buffer packed;
    wire::lzw_compress(plain, packed);
    CHECK(packed.size() == vector.packed_size);
    CHECK(sha256(packed) == vector.sha256);
    if (!vector.hex.empty()) {
      CHECK(to_hex(packed) == vector.hex);
    }
    Buffer again;
    REQUIRE(wire::lzw_expand(packed, plain.size(), again));
    CHECK(again == plain);
  }
}

}  // namespace hearsay::tests
