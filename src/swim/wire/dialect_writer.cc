#include "swim/wire/dialect_writer.h"

#include <array>
#include <bit>

namespace hearsay::swim::wire::dialect {

void Writer::head(std::uint8_t first, std::uint64_t number, unsigned width) {
  std::array<std::byte, 9> bytes{std::byte{first}};
  for (unsigned i = 0; i < width; ++i) {
    bytes[width - i] = static_cast<std::byte>(number >> (8 * i));
  }
  out_.put(Bytes(bytes).first(1 + width));
}

void Writer::unsigned_int(std::uint64_t value) {
  if (value < 0x80) {
    byte(static_cast<std::uint8_t>(value));
  } else if (value <= 0xff) {
    head(0xcc, value, 1);
  } else if (value <= 0xffff) {
    head(0xcd, value, 2);
  } else if (value <= 0xffff'ffff) {
    head(0xce, value, 4);
  } else {
    head(0xcf, value, 8);
  }
}

void Writer::signed_int(std::int64_t value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  if (value >= 0) {
    unsigned_int(bits);
  } else if (value >= -32) {
    byte(static_cast<std::uint8_t>(bits));
  } else if (value >= INT8_MIN) {
    head(0xd0, bits, 1);
  } else if (value >= INT16_MIN) {
    head(0xd1, bits, 2);
  } else if (value >= INT32_MIN) {
    head(0xd2, bits, 4);
  } else {
    head(0xd3, bits, 8);
  }
}

void Writer::real(double value) {
  head(0xcb, std::bit_cast<std::uint64_t>(value), 8);
}

void Writer::raw(Bytes value) {
  if (value.size() < 32) {
    byte(static_cast<std::uint8_t>(0xa0 | value.size()));
  } else if (value.size() <= 0xffff) {
    head(0xda, value.size(), 2);
  } else {
    head(0xdb, value.size(), 4);
  }
  out_.put(value);
}

void Writer::array(std::size_t count) {
  if (count < 16) {
    byte(static_cast<std::uint8_t>(0x90 | count));
  } else if (count <= 0xffff) {
    head(0xdc, count, 2);
  } else {
    head(0xdd, count, 4);
  }
}

void Writer::map(std::size_t count) {
  if (count < 16) {
    byte(static_cast<std::uint8_t>(0x80 | count));
  } else if (count <= 0xffff) {
    head(0xde, count, 2);
  } else {
    head(0xdf, count, 4);
  }
}

}  // namespace hearsay::swim::wire::dialect
