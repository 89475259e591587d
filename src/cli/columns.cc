#include "cli/columns.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace hearsay::cli {
namespace {

constexpr std::size_t gap = 2;  // spaces

/// Characters of UTF-8: bytes that do not continue one, which 10xxxxxx does. Eight bytes at a time.
std::size_t width_of(std::string_view text) {
  constexpr std::uint64_t top_bits = 0x8080808080808080U;
  std::size_t continuing = 0;
  for (std::size_t i = 0; i < text.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, std::min(sizeof(word), text.size() - i));
    if (const std::uint64_t found = word & ~(word << 1U) & top_bits; found != 0) {
      continuing += static_cast<std::size_t>(std::popcount(found));
    }
  }
  return text.size() - continuing;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const auto is_white = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_white(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_white(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::string_view Columns::field() const noexcept {
  return std::string_view(text_).substr(field_);
}

void Columns::replace_field(std::string_view text) {
  text_.replace(field_, std::string::npos, text);
}

void Columns::end_field() {
  const std::string_view whole = std::string_view(text_).substr(field_);
  const std::string_view kept = trim(whole);
  const auto begin = static_cast<std::size_t>(kept.data() - text_.data());
  cells_.push_back({begin, kept.size(), width_of(kept)});
  field_ = text_.size();
}

void Columns::end_line() {
  const std::size_t first = lines_.empty() ? 0 : lines_.back();
  widths_.resize(std::max(widths_.size(), cells_.size() - first));
  for (std::size_t i = first; i < cells_.size(); ++i) {
    widths_[i - first] = std::max(widths_[i - first], cells_[i].width);
  }
  lines_.push_back(cells_.size());
}

void Columns::append_line(std::size_t line, std::string& out) const {
  std::size_t cell = line == 0 ? 0 : lines_[line - 1];
  for (std::size_t column = 0; cell < lines_[line]; ++cell, ++column) {
    const Cell& one = cells_[cell];
    out.append(text_, one.begin, one.size);
    if (cell + 1 < lines_[line]) {
      out.append(widths_[column] - one.width + gap, ' ');
    }
  }
}

std::string align_columns(std::span<const std::string> lines, char bar) {
  Columns columns;
  for (std::string_view line : lines) {
    for (std::size_t end = 0; end != std::string_view::npos;) {
      end = line.find(bar);
      columns.text().append(line.substr(0, end));
      columns.end_field();
      line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    }
    columns.end_line();
  }
  std::string out;
  for (std::size_t line = 0; line < columns.lines(); ++line) {
    out.append(line == 0 ? "" : "\n");
    columns.append_line(line, out);
  }
  return out;
}

}  // namespace hearsay::cli
