// A process of its own for a part of the work, so that a broken invariant ends only that.
#pragma once

#include <sys/types.h>

#include <functional>

namespace hearsay::sim {

/// What children tell their parent through. The caller closes both ends.
struct Pipe {
  int read;
  int write;
};

/// Ends this process with a line if there is none to be had.
[[nodiscard]] Pipe open_pipe();

/// Starts a process that does `work` and ends with its status. It does not hold the end of `out` to read
/// from. Ends this process with a line if there can be no other.
pid_t start_child(const Pipe& out, const std::function<int()>& work);

}  // namespace hearsay::sim
