// A metric as statsd and statsite read it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hearsay::agent::metrics {

enum class Kind : char { counter, gauge, sample };

/// The longest name that is sent; what is longer is cut, because names hold what users and peers wrote.
inline constexpr std::size_t name_bytes_max = 300;

/// Appends `PREFIX.NAME:VALUE|TYPE\n`, six decimals, type c, g or ms. In the name a space and every
/// character that would end it (':', '|', control characters) become '_', so that no script and no event
/// can forge a second metric.
void append_line(std::string& out, Kind kind, std::string_view prefix, std::string_view name, double value);

}  // namespace hearsay::agent::metrics
