// The agent's log: Serf's line format and levels, the last lines kept for `monitor`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/listeners.h"
#include "agent/rpc/backend.h"
#include "agent/syslog.h"
#include "agent/terminal.h"

namespace hearsay::agent {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, err };

/// In any case; nothing if it is no level.
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text) noexcept;
/// "TRACE", "DEBUG", "INFO", "WARN", "ERR".
[[nodiscard]] std::string_view to_text(LogLevel level) noexcept;
/// "[TRACE DEBUG INFO WARN ERR]", for messages about a level that is none.
inline constexpr std::string_view log_levels_listed = "[TRACE DEBUG INFO WARN ERR]";

/// Lines are `YYYY/MM/DD HH:MM:SS [LEVEL] component: text`, local time. Control characters are
/// shown as `?`: a name from the network cannot forge a line or move somebody's cursor. A long text
/// is cut and counted, so that the lines that are kept cannot fill the memory.
class Log {
 public:
  static constexpr std::size_t lines_kept = 512;
  static constexpr std::size_t text_bytes_max = 4000;  // with all before it: one write to a pipe

  /// Until start_streaming() lines are only kept.
  Log(Terminal& terminal, LogLevel level) : terminal_(&terminal), level_(level) {}

  /// A text in pieces: a cluster of thousands makes as many lines at once.
  using Parts = std::initializer_list<std::string_view>;

  /// The text starts with its component: "agent: ...".
  void write(LogLevel level, Parts text);
  void write(LogLevel level, std::string_view text) { write(level, Parts{text}); }
  void trace(std::string_view text) { write(LogLevel::trace, text); }
  void debug(std::string_view text) { write(LogLevel::debug, text); }
  void info(std::string_view text) { write(LogLevel::info, text); }
  void info(Parts text) { write(LogLevel::info, text); }
  void warn(std::string_view text) { write(LogLevel::warn, text); }
  void err(std::string_view text) { write(LogLevel::err, text); }

  /// From now on lines go there too, those of the level and above, at once.
  void set_syslog(Syslog syslog) noexcept { syslog_ = std::move(syslog); }
  [[nodiscard]] std::uint64_t syslog_lines_dropped() const noexcept {
    return syslog_ ? syslog_->lines_dropped() : 0;
  }

  /// What the terminal and syslog show from now on. The ring keeps every level.
  void set_level(LogLevel level) noexcept { level_ = level; }
  [[nodiscard]] LogLevel level() const noexcept { return level_; }
  [[nodiscard]] std::uint64_t lines_cut() const noexcept { return lines_cut_; }
  /// Shows what was kept, then every line as it comes.
  void start_streaming();

  /// First replays the lines that are kept, oldest first, then follows. A line that is written
  /// from inside a listener's call is kept but told to no listener.
  void add_listener(rpc::LogListener& listener);
  void remove_listener(rpc::LogListener& listener) { listeners_.remove(listener); }

 private:
  /// A line in a block of exactly its size: most of an idle agent's log is never read.
  struct Line {
    std::unique_ptr<char[]> text;
    std::uint32_t size;
    LogLevel level;

    [[nodiscard]] std::string_view view() const noexcept { return {text.get(), size}; }
  };

  void show(const Line& line);
  const Line& keep(LogLevel level, std::string_view line);
  template <class Visit>
  void for_each_kept(Visit&& visit) const;
  std::string_view stamp();

  Terminal* terminal_;
  std::optional<Syslog> syslog_;
  LogLevel level_;
  bool streaming_ = false;
  bool telling_ = false;
  std::vector<Line> ring_;  // grows to lines_kept, then oldest_ goes round
  std::size_t oldest_ = 0;
  std::string spare_;  // the memory of the line before
  Listeners<rpc::LogListener> listeners_;
  std::uint64_t lines_cut_ = 0;
  std::int64_t stamp_second_ = -1;
  char stamp_[24] = {};
};

}  // namespace hearsay::agent
