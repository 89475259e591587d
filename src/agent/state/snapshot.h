// The snapshot of a running agent: a file that a restarted one can rejoin from.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/fd.h"
#include "agent/loop/timer.h"
#include "agent/state/snapshot_file.h"
#include "swim/event.h"

namespace hearsay::agent::state {

/// Lines are collected and written together, at most every flush_interval and only if there are
/// some; the time of a user event or query at once, so that none is delivered twice. When the file has grown
/// past what its contents are worth it is replaced by a short one. Nothing here waits for the disk: after a
/// power cut the last lines may be missing. What cannot be written (a full disk) is kept and tried again,
/// less and less often.
class Snapshot {
 public:
  static constexpr swim::Duration flush_interval = std::chrono::milliseconds(500);
  static constexpr swim::Duration retry_interval_max = std::chrono::seconds(60);
  /// More than this is not kept for a retry: the file is then written anew from what is known.
  static constexpr std::size_t pending_bytes_max = 256U << 10U;
  static constexpr std::size_t compact_bytes_min = 128U << 10U;
  static constexpr std::size_t compact_bytes_a_node = 256;

  /// Reads what is there and goes on writing behind it. The error is without the path.
  static tl::expected<Snapshot, std::string> open(loop::Loop& loop, const std::string& path,
                                                  bool keep_after_leave);

  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(Snapshot&&) noexcept;
  ~Snapshot();

  [[nodiscard]] const SnapshotContents& contents() const noexcept;

  void record(const swim::MemberEvent& event);
  /// Times that are not newer are ignored.
  void record_clocks(const SnapshotClocks& clocks);
  /// This node leaves: a later start finds nothing to rejoin, unless it is told to. Members are no longer
  /// recorded from here on; times are, if they will be kept.
  void record_leave();

  /// Writes what waits. For the end of the agent.
  void flush();
  /// From now on says how long each write took: "appendLine" for what waited, "compact".
  void measure(std::function<void(std::string_view what, swim::Duration took)> measured);
  /// Attempts to write that failed.
  [[nodiscard]] std::uint64_t write_errors() const noexcept;

 private:
  struct State;
  explicit Snapshot(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace hearsay::agent::state
