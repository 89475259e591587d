// What the agent says on stdout, in Serf's layout.
#pragma once

#include <cstdint>
#include <string_view>

namespace hearsay::agent {

/// Writes whole lines and never waits for a reader: when nobody empties the pipe or the terminal is
/// stopped, lines are dropped and counted, because gossip must go on.
class Terminal {
 public:
  explicit Terminal(int fd) noexcept : fd_(fd) {}

  /// `==> text`: headings and errors.
  void heading(std::string_view text);
  /// Four spaces and the text: facts and log lines.
  void detail(std::string_view text);

  /// The text alone.
  void plain(std::string_view text) { line({}, text); }
  void blank() { line({}, {}); }

  [[nodiscard]] std::uint64_t lines_dropped() const noexcept { return lines_dropped_; }

 private:
  void line(std::string_view margin, std::string_view text);

  int fd_;
  std::uint64_t lines_dropped_ = 0;
};

}  // namespace hearsay::agent
