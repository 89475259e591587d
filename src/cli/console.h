// Standard output and standard error.
#pragma once

#include <string_view>

namespace hearsay::cli {

/// One line on standard output: results.
void print(std::string_view text);
/// One line on standard error: help that was asked for, and complaints about flags.
void print_error(std::string_view text);
/// One line of what went wrong: on standard error, but under the name `serf` on standard output, where
/// scripts of Serf's look for it.
void print_failure(std::string_view text);

/// From here on failures are printed where Serf prints them, or where they belong.
void print_failures_as_serf(bool as_serf) noexcept;
[[nodiscard]] bool prints_failures_as_serf() noexcept;

}  // namespace hearsay::cli
