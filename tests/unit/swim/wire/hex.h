// Bytes written as hexadecimal in tests: spaces between them are fine.
#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "swim/bytes.h"

namespace hearsay::tests {

inline swim::Buffer bytes(std::string_view hex) {
  constexpr std::string_view digits = "0123456789abcdef";
  swim::Buffer out;
  std::size_t high = std::string_view::npos;
  for (const char each : hex) {
    const std::size_t digit = digits.find(each);
    if (digit == std::string_view::npos) {
      continue;
    }
    if (high == std::string_view::npos) {
      high = digit;
    } else {
      out.push_back(static_cast<std::byte>(high << 4 | digit));
      high = std::string_view::npos;
    }
  }
  return out;
}

inline std::string hex(swim::Bytes bytes) {
  std::string out;
  for (const std::byte byte : bytes) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", std::to_integer<unsigned>(byte));
    out += digits.data();
  }
  return out;
}

/// `text` as bytes of its own.
inline swim::Buffer bytes_of(std::string_view text) {
  const swim::Bytes view = swim::as_bytes(text);
  return {view.begin(), view.end()};
}

}  // namespace hearsay::tests
