#include "swim/wire/crc32.h"

#include <doctest/doctest.h>

#include "hex.h"

namespace hearsay::tests {

TEST_CASE("the CRC-32 of known texts is IEEE's") {
  CHECK(swim::wire::crc32({}) == 0);
  CHECK(swim::wire::crc32(swim::as_bytes("a")) == 0xe8b7be43);
  CHECK(swim::wire::crc32(swim::as_bytes("123456789")) == 0xcbf43926);
  CHECK(swim::wire::crc32(swim::as_bytes("The quick brown fox jumps over the lazy dog")) == 0x414fa339);
}

TEST_CASE("eight bytes at a time give what one at a time gives, at every length and offset") {
  swim::Buffer data(64);
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i] = static_cast<std::byte>(i * 37);
  }
  const auto bitwise = [](swim::Bytes bytes) {
    std::uint32_t crc = ~0U;
    for (const std::byte byte : bytes) {
      crc ^= std::to_integer<std::uint32_t>(byte);
      for (int bit = 0; bit < 8; ++bit) {
        crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320U : crc >> 1;
      }
    }
    return ~crc;
  };
  for (std::size_t offset = 0; offset < 8; ++offset) {
    for (std::size_t size = 0; size + offset <= data.size(); ++size) {
      const swim::Bytes part = swim::Bytes(data).subspan(offset, size);
      CHECK(swim::wire::crc32(part) == bitwise(part));
    }
  }
}

}  // namespace hearsay::tests
