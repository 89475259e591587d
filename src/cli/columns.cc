#include "cli/columns.h"

#include <algorithm>
#include <vector>

namespace hearsay::cli {
namespace {

constexpr std::string_view gap = "  ";

/// Calls visit(column, field) for each field of a line, and once more with the last one marked.
template <class Visit>
void for_each_field(std::string_view line, Visit&& visit) {
  for (std::size_t column = 0;; ++column) {
    const std::size_t bar = line.find('|');
    const bool is_last = bar == std::string_view::npos;
    visit(column, trim(line.substr(0, bar)), is_last);
    if (is_last) {
      return;
    }
    line.remove_prefix(bar + 1);
  }
}

/// Characters of UTF-8: bytes that do not continue one.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view white = " \t\n\v\f\r";
  const std::size_t begin = text.find_first_not_of(white);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

std::string align_columns(std::span<const std::string> lines) {
  std::vector<std::size_t> widths;
  for (const std::string& line : lines) {
    for_each_field(line, [&](std::size_t column, std::string_view field, bool) {
      widths.resize(std::max(widths.size(), column + 1));
      widths[column] = std::max(widths[column], width_of(field));
    });
  }
  std::string out;
  for (const std::string& line : lines) {
    for_each_field(line, [&](std::size_t column, std::string_view field, bool is_last) {
      out.append(field);
      if (is_last) {
        out.push_back('\n');
      } else {
        out.append(widths[column] - width_of(field), ' ').append(gap);
      }
    });
  }
  if (!out.empty()) {
    out.pop_back();
  }
  return out;
}

}  // namespace hearsay::cli
