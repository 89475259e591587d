// Text in quotes, for messages about what a user typed.
#pragma once

#include <string>
#include <string_view>

namespace hearsay::agent {

/// `text` in double quotes with Go's escapes (strconv.Quote), which scripts that read Serf's messages
/// know: \n and the like, \xNN for other control bytes and for bytes that are not UTF-8.
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace hearsay::agent
