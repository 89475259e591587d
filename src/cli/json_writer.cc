#include "cli/json_writer.h"

#include <cstdio>
#include <utility>

#include "agent/config/quote.h"

namespace hearsay::cli {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
    case '\\':
      out.push_back('\\');
      out.push_back(c);
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) >= ' ' && c != '<' && c != '>' && c != '&') {
    out.push_back(c);
    return;
  }
  char code[8];
  std::snprintf(code, sizeof(code), "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
  out.append(code);
}

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
  begin_value();
  quote(name);
  out_.append(": ");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  begin_value();
  quote(value);
  return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  return literal(std::to_string(value));
}

JsonWriter& JsonWriter::literal(std::string_view json) {
  begin_value();
  out_.append(json);
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  begin_value();
  out_.push_back(bracket);
  ++depth_;
  is_first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  --depth_;
  if (!is_first_) {
    new_line();
  }
  out_.push_back(bracket);
  is_first_ = false;
  return *this;
}

/// A value behind its key stands on the key's line.
void JsonWriter::begin_value() {
  if (std::exchange(after_key_, false) || depth_ == 0) {
    return;
  }
  if (!std::exchange(is_first_, false)) {
    out_.push_back(',');
  }
  new_line();
}

void JsonWriter::new_line() {
  if (style_ == Style::indented) {
    out_.append(1, '\n').append(2 * depth_, ' ');
  }
}

void JsonWriter::quote(std::string_view text) {
  out_.push_back('"');
  while (!text.empty()) {
    const std::size_t length = agent::utf8_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    if (length == 0) {
      out_.append("\\ufffd");
    } else if (length == 1) {
      append_escaped(out_, text.front());
    } else if (character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9") {
      out_.append(character == "\xE2\x80\xA8" ? "\\u2028" : "\\u2029");
    } else {
      out_.append(character);
    }
    text.remove_prefix(character.size());
  }
  out_.push_back('"');
}

}  // namespace hearsay::cli
