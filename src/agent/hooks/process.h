// One run of a script, with an end whatever the script does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "agent/hooks/output_tail.h"
#include "agent/loop/child.h"
#include "agent/loop/timer.h"

namespace hearsay::agent::hooks {

/// How long a run may take.
struct Patience {
  swim::Duration slow = std::chrono::seconds(1);      // then a warning
  swim::Duration timeout = std::chrono::seconds(30);  // then SIGTERM to the process group
  swim::Duration grace = std::chrono::seconds(5);     // then SIGKILL
  /// How long output is awaited of what the script left running when it ended.
  swim::Duration drain = std::chrono::seconds(1);
};

struct Outcome {
  int status = 0;          // the shell's exit status
  int signal = 0;          // that ended the shell, or 0
  bool timed_out = false;  // it was told to end
  swim::Duration told_after{};
  std::string output;  // the last OutputTail::capacity bytes
  std::size_t output_bytes = 0;

  [[nodiscard]] bool succeeded() const noexcept { return status == 0 && signal == 0 && !timed_out; }
};

/// From start until `done`. Ends when the shell has ended and its output with it; what the script
/// left in the background goes on by itself, unless the run timed out: then the whole process
/// group is terminated, and killed if that does not help.
class Process {
 public:
  struct Callbacks {
    std::function<void()> on_slow;
    /// Once, last, never from within start(); may destroy the Process.
    std::function<void(Outcome)> on_done;
  };

  /// The error is the system's reason.
  static tl::expected<std::unique_ptr<Process>, std::string> start(loop::Loop& loop,
                                                                   const loop::Child::Command& command,
                                                                   const Patience& patience,
                                                                   Callbacks callbacks);
  /// Kills what still runs; no callback follows.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// The agent ends: the script gets `timeout` and `grace` from now on, if it had longer.
  void hurry(swim::Duration timeout, swim::Duration grace);

 private:
  enum class Stage { running, draining, terminating, killed };

  Process(loop::Loop& loop, const Patience& patience, Callbacks callbacks);
  void on_timer();
  void on_exit(int status, int signal);
  void on_output_end();
  void terminate();
  void watch_termination();
  void finish();

  Patience patience_;
  Callbacks callbacks_;
  loop::Timer timer_;
  std::unique_ptr<loop::Child> child_;
  OutputTail output_;
  Outcome outcome_;
  Stage stage_ = Stage::running;
  bool slow_ = false;
  bool exited_ = false;
  bool output_ended_ = false;
  swim::Instant started_;
  swim::Instant timeout_at_;
  swim::Instant kill_at_ = swim::never;
};

}  // namespace hearsay::agent::hooks
