#include "sim/command/child.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace hearsay::sim {

Pipe open_pipe() {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) {
    std::perror("sim: pipe");
    std::exit(2);
  }
  return {.read = ends[0], .write = ends[1]};
}

pid_t start_child(const Pipe& out, const std::function<int()>& work) {
  std::fflush(stdout);  // else both would print what waits
  const pid_t child = fork();
  if (child < 0) {
    std::perror("sim: fork");
    std::exit(2);
  }
  if (child == 0) {
    close(out.read);
    _exit(work());
  }
  return child;
}

}  // namespace hearsay::sim
