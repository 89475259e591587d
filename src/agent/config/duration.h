// Durations as Go writes them: "1m30s", "500ms".
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace hearsay::agent {

/// A sign, then numbers with units: ns, us (or µs), ms, s, m, h; "0" needs no unit. The error is Go's
/// text, such as `time: missing unit in duration "5"`.
[[nodiscard]] tl::expected<std::chrono::nanoseconds, std::string> parse_go_duration(std::string_view text);

/// "1m30s", "500ms", "1.5s", "0s".
[[nodiscard]] std::string format_go_duration(std::chrono::nanoseconds duration);

}  // namespace hearsay::agent
