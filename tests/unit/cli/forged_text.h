// What a hostile member may call itself.
#pragma once

#include <string>
#include <string_view>

#include "agent/config/quote.h"

namespace hearsay::cli::testing {

/// Clears the screen by ESC and by U+009B, ends a line, a string, and is no UTF-8.
inline constexpr std::string_view forged_name("w\x1b[2J\xc2\x9b\x32J\n\0\xff", 12);

/// Whether the text moves no terminal; lines and the colours `red` and `off` apart.
inline bool is_inert(std::string text) {
  for (const std::string_view ours : {"\x1b[31m", "\x1b[0m", "\n"}) {
    for (auto at = text.find(ours); at != std::string::npos; at = text.find(ours, at)) {
      text.erase(at, ours.size());
    }
  }
  return agent::inert(text) == text;
}

}  // namespace hearsay::cli::testing
