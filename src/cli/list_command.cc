#include "cli/list_command.h"

#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

#include "agent/await_fd.h"
#include "agent/fd.h"

namespace hearsay::cli {
namespace {

using agent::Fd;
using std::chrono::milliseconds;

constexpr milliseconds grace{5000};  // between SIGTERM and SIGKILL

volatile std::sig_atomic_t group_to_end = 0;

void end_both(int signal) {
  if (group_to_end != 0) {
    ::kill(-static_cast<pid_t>(group_to_end), SIGTERM);
  }
  ::_exit(128 + signal);
}

/// While this lives, our end is that of the group.
class SharedEnd {
 public:
  explicit SharedEnd(pid_t group) {
    group_to_end = group;
    struct sigaction action {};
    action.sa_handler = end_both;
    ::sigaction(SIGINT, &action, &on_int_);
    ::sigaction(SIGTERM, &action, &on_term_);
  }
  ~SharedEnd() {
    ::sigaction(SIGINT, &on_int_, nullptr);
    ::sigaction(SIGTERM, &on_term_, nullptr);
    group_to_end = 0;
  }
  SharedEnd(const SharedEnd&) = delete;
  SharedEnd& operator=(const SharedEnd&) = delete;

 private:
  struct sigaction on_int_ {};
  struct sigaction on_term_ {};
};

tl::unexpected<std::string> failure(int error) {
  return tl::unexpected<std::string>(std::strerror(error));
}

/// A file that holds the text, to be read from its beginning: other than a pipe it never fills up.
tl::expected<Fd, std::string> file_of(std::string_view text) {
  Fd file(::memfd_create("members", MFD_CLOEXEC));
  if (!file.is_open()) {
    return failure(errno);
  }
  while (!text.empty()) {
    const ssize_t written = ::write(file.number(), text.data(), text.size());
    if (written < 0) {
      return failure(errno);
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  ::lseek(file.number(), 0, SEEK_SET);
  return file;
}

/// The shell, leader of its group.
tl::expected<pid_t, std::string> spawn(const std::string& command, int input) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::string shell = "sh";
  std::string option = "-c";
  std::string text = command;
  const std::array<char*, 4> words = {shell.data(), option.data(), text.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawn(&child, "/bin/sh", &actions, &attributes, words.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return failure(error);
  }
  return child;
}

/// Whether the child ended within the time; 0 is for ever.
bool ends_within(const Fd& child, milliseconds time) {
  return agent::await_fd(child, POLLIN, time.count() == 0 ? agent::for_ever : time);
}

CommandEnd reap(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

}  // namespace

tl::expected<CommandEnd, std::string> run_with_input(const std::string& command, std::string_view input,
                                                     milliseconds timeout) {
  const auto file = file_of(input);
  if (!file) {
    return tl::unexpected(file.error());
  }
  const auto child = spawn(command, file->number());
  if (!child) {
    return tl::unexpected(child.error());
  }
  const SharedEnd shared(*child);
  const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, *child, 0)));
  const bool timed_out = !ends_within(handle, timeout);
  if (timed_out) {
    ::kill(-*child, SIGTERM);
    if (!ends_within(handle, grace)) {
      ::kill(-*child, SIGKILL);
    }
  }
  CommandEnd end = reap(*child);
  end.timed_out = timed_out;
  return end;
}

}  // namespace hearsay::cli
