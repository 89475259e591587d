#include "swim/wire/crc32.h"

#include <array>

namespace hearsay::swim::wire {
namespace {

// Row n takes a byte that n more bytes follow, so that eight bytes cost eight independent loads.
using Rows = std::array<std::array<std::uint32_t, 256>, 8>;

consteval Rows make_rows() {
  Rows rows{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb8'8320U : 0U);
    }
    rows[0][byte] = crc;
  }
  for (std::size_t row = 1; row < rows.size(); ++row) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t crc = rows[row - 1][byte];
      rows[row][byte] = (crc >> 8) ^ rows[0][crc & 0xff];
    }
  }
  return rows;
}

constexpr Rows rows = make_rows();

std::uint32_t octet(std::byte byte) noexcept {
  return std::to_integer<std::uint32_t>(byte);
}

}  // namespace

std::uint32_t crc32(Bytes bytes) noexcept {
  std::uint32_t crc = ~0U;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    crc = rows[7][octet(bytes[0]) ^ (crc & 0xff)] ^ rows[6][octet(bytes[1]) ^ (crc >> 8 & 0xff)] ^
          rows[5][octet(bytes[2]) ^ (crc >> 16 & 0xff)] ^ rows[4][octet(bytes[3]) ^ (crc >> 24)] ^
          rows[3][octet(bytes[4])] ^ rows[2][octet(bytes[5])] ^ rows[1][octet(bytes[6])] ^
          rows[0][octet(bytes[7])];
  }
  for (const std::byte byte : bytes) {
    crc = (crc >> 8) ^ rows[0][octet(byte) ^ (crc & 0xff)];
  }
  return ~crc;
}

}  // namespace hearsay::swim::wire
