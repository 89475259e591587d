// Text in columns.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearsay::cli {

/// Fields, written one after the other into one text: each is trimmed and padded to the widest of its column,
/// counted in characters, with two spaces between columns. The last field of a line is not padded.
class Columns {
 public:
  /// What the field under way is appended to.
  [[nodiscard]] std::string& text() noexcept { return text_; }
  /// What text() holds of the field under way.
  [[nodiscard]] std::string_view field() const noexcept;
  /// Has another text in its place, which is no part of text().
  void replace_field(std::string_view text);
  void end_field();
  void end_line();

  [[nodiscard]] std::size_t lines() const noexcept { return lines_.size(); }
  /// Appends a line, without a newline, once all are there.
  void append_line(std::size_t line, std::string& out) const;

 private:
  struct Cell {
    std::size_t begin;
    std::size_t size;
    std::size_t width;
  };
  std::string text_;
  std::size_t field_ = 0;  // where the field under way begins
  std::vector<Cell> cells_;
  std::vector<std::size_t> lines_;  // where in cells_ each ends
  std::vector<std::size_t> widths_;
};

/// Lines of fields separated by `bar`, as Columns.
[[nodiscard]] std::string align_columns(std::span<const std::string> lines, char bar = '|');

/// Without white space at either end.
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace hearsay::cli
