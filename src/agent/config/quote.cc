#include "agent/config/quote.h"

#include <algorithm>

namespace hearsay::agent {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

void append_hex(std::string& out, unsigned char byte) {
  out += "\\x";
  out += hex_digits[byte >> 4U];
  out += hex_digits[byte & 0xFU];
}

/// A control character as Go writes it, anything else as it is.
void append_ascii(std::string& out, char c) {
  constexpr std::string_view named = "\a\b\f\n\r\t\v";
  constexpr std::string_view letters = "abfnrtv";
  if (const auto at = named.find(c); at != std::string_view::npos) {
    out += '\\';
    out += letters[at];
  } else if (c < ' ' || c == '\x7f') {
    append_hex(out, static_cast<unsigned char>(c));
  } else {
    out += c;
  }
}

/// U+0080 to U+009F: to a terminal some of them are what ESC and a letter are.
bool is_control(std::string_view character) {
  return character[0] == '\xC2' && byte_at(character, 1) < 0xA0;
}

/// Takes the next character, or byte that is none, off `text`.
void append_next_inert(std::string& out, std::string_view& text) {
  const std::size_t length = utf8_length(text);
  if (length == 1) {
    append_ascii(out, text[0]);
  } else if (length == 0 || is_control(text)) {
    append_hex(out, byte_at(text, 0));
    text.remove_prefix(1);
    return;
  } else {
    out += text.substr(0, length);
  }
  text.remove_prefix(length);
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  const unsigned char lead = byte_at(text, 0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length < 2 || text.size() < length) {
    return length == 1 ? 1 : 0;
  }
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; };
  if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length), continues)) {
    return 0;
  }
  const unsigned char second = byte_at(text, 1);
  const bool bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                   (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
  return bad ? 0 : length;
}

std::string abbreviate(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) {
    return std::string(text);
  }
  // Not within a character: 10xxxxxx continues one.
  while (bytes_max > 0 && (byte_at(text, bytes_max) & 0xC0U) == 0x80) {
    --bytes_max;
  }
  return std::string(text.substr(0, bytes_max)) + "...";
}

void append_inert(std::string& out, std::string_view text) {
  while (!text.empty()) {
    append_next_inert(out, text);
  }
}

std::string inert(std::string_view text) {
  std::string out;
  append_inert(out, text);
  return out;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    if (text[0] == '"' || text[0] == '\\') {
      out += '\\';
    }
    append_next_inert(out, text);
  }
  out += '"';
  return out;
}

}  // namespace hearsay::agent
