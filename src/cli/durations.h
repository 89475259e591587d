// Durations as flags take them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace hearsay::cli {

/// Not negative. The error is a line for the user: `-timeout is "5": give a duration, as in 500ms, 60s or
/// 2m`.
[[nodiscard]] tl::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view flag,
                                                                                  std::string_view text);

/// How long a change is waited out: until it has been quiet for so long, but no longer than `at_most`.
struct Debounce {
  std::chrono::milliseconds quiet{200};
  std::chrono::milliseconds at_most{2000};

  friend bool operator==(const Debounce&, const Debounce&) = default;
};

/// `QUIET:MOST`, or `QUIET` alone, which lasts at most ten times as long. The error is a line for the user.
[[nodiscard]] tl::expected<Debounce, std::string> parse_debounce(std::string_view text);

}  // namespace hearsay::cli
