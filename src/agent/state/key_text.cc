#include "agent/state/key_text.h"

#include <cstdint>
#include <optional>

#include <sodium.h>

namespace hearsay::agent::state {
namespace {

constexpr int value_of(char c) noexcept {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t at = alphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

constexpr bool is_line_break(char c) noexcept {
  return c == '\n' || c == '\r';
}

std::size_t skip_line_breaks(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_line_break(text[at])) {
    ++at;
  }
  return at;
}

/// Characters of an unfinished group of four.
struct Group {
  std::uint32_t bits = 0;
  unsigned characters = 0;

  void add(int value) noexcept {
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    ++characters;
  }
  /// n characters hold n - 1 bytes.
  void flush_to(swim::Buffer& out) noexcept {
    for (unsigned left = characters * 6; left >= 8; left -= 8) {
      out.push_back(static_cast<std::byte>(bits >> (left - 8) & 0xffU));
    }
    *this = {};
  }
};

/// What follows the first `=`, which stands at `at` after `characters` of its group: where it goes
/// wrong, or nothing.
std::optional<std::size_t> wrong_padding(std::string_view text, std::size_t at, unsigned characters) {
  if (characters < 2) {
    return at;
  }
  std::size_t next = skip_line_breaks(text, at + 1);
  if (characters == 2) {
    if (next == text.size()) {
      return next;
    }
    if (text[next] != '=') {
      return next - 1;
    }
    next = skip_line_breaks(text, next + 1);
  }
  return next < text.size() ? std::optional(next) : std::nullopt;
}

}  // namespace

tl::expected<swim::Buffer, std::size_t> decode_base64(std::string_view text) {
  swim::Buffer out;
  Group group;
  for (std::size_t at = skip_line_breaks(text, 0); at < text.size(); at = skip_line_breaks(text, at + 1)) {
    if (text[at] == '=') {
      if (const auto wrong = wrong_padding(text, at, group.characters)) {
        return tl::unexpected(*wrong);
      }
      group.flush_to(out);
      return out;
    }
    const int value = value_of(text[at]);
    if (value < 0) {
      return tl::unexpected(at);
    }
    group.add(value);
    if (group.characters == 4) {
      group.flush_to(out);
    }
  }
  if (group.characters > 0) {
    return tl::unexpected(text.size() - group.characters);
  }
  return out;
}

tl::expected<swim::Buffer, std::string> decode_key(std::string_view text) {
  auto key = decode_base64(text);
  if (!key) {
    return tl::unexpected(std::string("the key is not base64"));
  }
  if (key->size() != 16 && key->size() != 24 && key->size() != 32) {
    return tl::unexpected("the key has " + std::to_string(key->size()) + " bytes; it must have 16, 24 or 32");
  }
  return *std::move(key);
}

std::string encode_key(swim::Bytes key) {
  std::string text(sodium_base64_encoded_len(key.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // libsodium's terminator
  return text;
}

}  // namespace hearsay::agent::state
