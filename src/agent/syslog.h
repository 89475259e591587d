// The system's log, beside our own: the lines, levels and form of Serf.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/fd.h"

namespace hearsay::agent {

enum class LogLevel : std::uint8_t;

/// A facility's number, 0 to 23, of its name in any case: KERN, DAEMON, LOCAL0...
[[nodiscard]] std::optional<std::uint8_t> parse_syslog_facility(std::string_view text) noexcept;

/// Speaks to the local socket of a syslog daemon: `<PRIORITY>Jan  2 15:04:05 serf[PID]: TEXT\n`, local
/// time. Never waits: a line that the daemon does not take at once is dropped and counted. A daemon
/// that was restarted is found again with the next line.
class Syslog {
 public:
  /// Where daemons listen; the first that answers is taken.
  static constexpr std::array<const char*, 3> system_paths = {"/dev/log", "/var/run/syslog", "/var/run/log"};

  /// `paths` is used as long as the object lives. The error is an errno: of the first path.
  static tl::expected<Syslog, int> open(std::uint8_t facility,
                                        std::span<const char* const> paths = system_paths);

  /// TRACE becomes debug, DEBUG info, INFO notice, WARN warning, ERR err.
  void write(LogLevel level, std::string_view text) noexcept;

  [[nodiscard]] std::uint64_t lines_dropped() const noexcept { return lines_dropped_; }

 private:
  Syslog(std::uint8_t facility, std::span<const char* const> paths) noexcept
      : paths_(paths), facility_(facility) {}

  [[nodiscard]] int connect() noexcept;
  [[nodiscard]] bool send(std::span<const std::string_view> pieces) noexcept;

  std::span<const char* const> paths_;
  Fd socket_;
  std::uint8_t facility_;
  std::uint64_t lines_dropped_ = 0;
};

}  // namespace hearsay::agent
