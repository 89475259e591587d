#include "cli/interrupt.h"

#include <csignal>

#include <unistd.h>

namespace hearsay::cli {
namespace {

// One of each: signals with different ends would need a table.
std::string_view words;
int exit_status = 0;

/// Lines before this one were flushed when they were printed.
void end(int /*signal*/) {
  if (!words.empty()) {
    [[maybe_unused]] const ssize_t written = ::write(STDOUT_FILENO, words.data(), words.size());
  }
  ::_exit(exit_status);
}

}  // namespace

void exit_on(int signal, int status, std::string_view last_words) {
  words = last_words;
  exit_status = status;
  struct sigaction action {};
  action.sa_handler = end;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace hearsay::cli
