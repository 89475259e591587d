// The text of a snapshot (proto/snapshot.md): what it says when read, and how lines are written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "swim/endpoint.h"

namespace hearsay::agent::state {

/// Last Lamport times seen; zero: none.
struct SnapshotClocks {
  std::uint64_t member = 0;
  std::uint64_t event = 0;
  std::uint64_t query = 0;

  friend bool operator==(const SnapshotClocks&, const SnapshotClocks&) = default;
};

/// What the lines of a snapshot add up to.
struct SnapshotContents {
  std::map<std::string, swim::Endpoint, std::less<>> alive;
  SnapshotClocks clocks;
  std::size_t lines_skipped = 0;   // unknown or broken ones
  std::size_t bytes_complete = 0;  // up to the last newline; a torn line may follow

  /// Takes one line without its newline. A `leave` forgets all before it, unless `keep_after_leave`.
  void take(std::string_view line, bool keep_after_leave);
};

[[nodiscard]] SnapshotContents parse_snapshot(std::string_view text, bool keep_after_leave);

// Lines with their newline. A name with a control character cannot be written: the line is empty.
[[nodiscard]] std::string alive_line(std::string_view name, const swim::Endpoint& at);
[[nodiscard]] std::string not_alive_line(std::string_view name);
[[nodiscard]] std::string clock_line(std::string_view key, std::uint64_t time);
/// A whole file that says the same in the fewest lines.
[[nodiscard]] std::string compact_snapshot(const SnapshotContents& contents);

inline constexpr std::string_view member_clock_key = "clock";
inline constexpr std::string_view event_clock_key = "event-clock";
inline constexpr std::string_view query_clock_key = "query-clock";
inline constexpr std::string_view leave_line = "leave\n";

}  // namespace hearsay::agent::state
