// JSON as Go's encoder indents and escapes it: scripts compare outputs byte for byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hearsay::cli {

/// Two spaces a level; an empty object is `{}`. `<`, `>`, `&`, U+2028 and U+2029 are escaped, bytes
/// that are not UTF-8 become \ufffd. The calls must make a whole value.
class JsonWriter {
 public:
  /// Go's indentation, or all on one line.
  enum class Style : bool { indented, one_line };

  explicit JsonWriter(Style style = Style::indented) : style_(style) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::uint64_t value);
  /// What is JSON already: a number with a fraction, true.
  JsonWriter& literal(std::string_view json);
  JsonWriter& null() { return literal("null"); }

  [[nodiscard]] const std::string& result() const noexcept { return out_; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void begin_value();
  void new_line();
  void quote(std::string_view text);

  Style style_;
  std::string out_;
  std::size_t depth_ = 0;
  bool is_first_ = true;  // in its array or object
  bool after_key_ = false;
};

}  // namespace hearsay::cli
