// A child process on the loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/loop/loop.h"
#include "swim/bytes.h"

namespace hearsay::agent::loop {

/// `/bin/sh -c COMMAND` as the leader of a process group of its own, so that what it starts can be
/// signalled with it. Its standard input is fed from memory and then closed; its standard output
/// and error are one stream. Both are true pipes: a script may open /dev/stdin again.
class Child {
 public:
  struct Command {
    std::string shell_command;
    std::vector<std::string> environment;  // KEY=VALUE, all there is
    std::string input;
  };
  /// Each may destroy the Child.
  struct Callbacks {
    std::function<void(swim::Bytes)> on_output;
    /// Nobody holds the write end any more, or reading failed. Comes once.
    std::function<void()> on_output_end;
    /// The shell has ended; others of its group may still run and write. `signal` is 0 if it
    /// exited by itself.
    std::function<void(int status, int signal)> on_exit;
  };

  /// The error is a negative errno: no more processes or descriptors, no shell.
  static tl::expected<std::unique_ptr<Child>, int> spawn(Loop& loop, const Command& command,
                                                         Callbacks callbacks);

  /// Lets go of the child without a signal. No callback follows.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// To every process of the group; nothing if there is none left.
  void signal_group(int number) noexcept;
  [[nodiscard]] bool group_alive() const noexcept;

 private:
  struct Process;
  struct Input;
  struct Output;

  Child() = default;
  void feed(Loop& loop, int descriptor, std::string input);
  void read_from(Loop& loop, int descriptor, Callbacks& callbacks);

  // libuv lets go of a handle in a later turn, so each lives in a block of its own.
  Process* process_ = nullptr;
  Input* input_ = nullptr;  // null once everything is written
  Output* output_ = nullptr;
};

}  // namespace hearsay::agent::loop
