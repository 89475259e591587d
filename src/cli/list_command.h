// A command that is given a list to read.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace hearsay::cli {

/// How a command ended.
struct CommandEnd {
  int status = 0;  // the shell's exit status
  int signal = 0;  // that ended the shell, or 0
  bool timed_out = false;

  [[nodiscard]] bool succeeded() const noexcept { return status == 0 && signal == 0 && !timed_out; }
};

/// Runs `/bin/sh -c command` in a process group of its own with `input` on its standard input, and waits
/// for its end: after `timeout` (0: never) the group gets SIGTERM, and five seconds later SIGKILL. SIGINT
/// and SIGTERM end this process meanwhile and that group with it. The error is the system's reason.
[[nodiscard]] tl::expected<CommandEnd, std::string> run_with_input(const std::string& command,
                                                                   std::string_view input,
                                                                   std::chrono::milliseconds timeout);

}  // namespace hearsay::cli
