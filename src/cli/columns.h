// Text in columns.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace hearsay::cli {

/// Lines of fields separated by `bar`; each field is trimmed and padded to the widest of its column,
/// counted in characters, with two spaces between columns. The last field of a line is not padded.
[[nodiscard]] std::string align_columns(std::span<const std::string> lines, char bar = '|');

/// Without white space at either end.
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace hearsay::cli
