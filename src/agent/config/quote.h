// Text that others wrote, made safe to print: in quotes, in a line, or short.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hearsay::agent {

/// `text` in double quotes with Go's escapes (strconv.Quote), which scripts that read Serf's messages
/// know: \n and the like, \xNN for other control bytes and for bytes that are not UTF-8.
[[nodiscard]] std::string quote(std::string_view text);

/// Appends `text`, so that it is one line and moves no terminal: control characters, and bytes that are not
/// UTF-8, as quote() writes them. Backslashes and quotes stay as they are, as in Serf's lines for handlers.
void append_inert(std::string& out, std::string_view text);
[[nodiscard]] std::string inert(std::string_view text);

/// `text`, or its first characters and "..." if it has more than `bytes_max` bytes: what others sent
/// must not make a log or a message long.
[[nodiscard]] std::string abbreviate(std::string_view text, std::size_t bytes_max);

/// The length of the character that `text`, which is not empty, begins with; 0 if that is not UTF-8.
/// Overlong forms, surrogates and what lies beyond Unicode are not.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

}  // namespace hearsay::agent
