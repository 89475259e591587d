// Standard output and standard error.
#pragma once

#include <string_view>

namespace hearsay::cli {

/// One line on standard output: results, and errors too, as with Serf.
void print(std::string_view text);
/// One line on standard error: help that was asked for, and complaints about flags.
void print_error(std::string_view text);

}  // namespace hearsay::cli
