#include "cli/columns.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

namespace hearsay::cli {
namespace {

constexpr std::string_view gap = "  ";

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

/// A field of a line.
struct Cell {
  std::string_view text;
  std::size_t width;
};

void append_cells(std::string_view line, char bar, std::vector<Cell>& out) {
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = line.find(bar);
    const std::string_view text = trim(line.substr(0, end));
    out.push_back({text, width_of(text)});
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
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

std::string align_columns(std::span<const std::string> lines, char bar) {
  std::vector<Cell> cells;
  std::vector<std::size_t> ends;  // in cells, of each line
  std::vector<std::size_t> widths;
  for (const std::string& line : lines) {
    const std::size_t first = cells.size();
    append_cells(line, bar, cells);
    ends.push_back(cells.size());
    widths.resize(std::max(widths.size(), cells.size() - first));
    for (std::size_t i = first; i < cells.size(); ++i) {
      widths[i - first] = std::max(widths[i - first], cells[i].width);
    }
  }
  std::string out;
  std::size_t cell = 0;
  for (const std::size_t end : ends) {
    for (std::size_t column = 0; cell + 1 < end; ++cell, ++column) {
      out.append(cells[cell].text).append(widths[column] - cells[cell].width, ' ').append(gap);
    }
    out.append(cells[cell++].text).push_back('\n');
  }
  if (!out.empty()) {
    out.pop_back();
  }
  return out;
}

}  // namespace hearsay::cli
