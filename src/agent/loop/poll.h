// Readiness of a descriptor that somebody else reads and writes.
#pragma once

#include <functional>
#include <memory>

#include "agent/loop/loop.h"

namespace hearsay::agent::loop {

/// What a descriptor is ready for; the caller's calls on it tell the details.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool priority = false;  // a socket's error queue too, with SO_SELECT_ERR_QUEUE
  bool broken = false;    // the descriptor is in error; polling has stopped
};

/// Level-triggered. The descriptor must be non-blocking, stays the caller's, and must stay open
/// until the Poll is gone.
class Poll {
 public:
  Poll(Loop& loop, int fd, std::function<void(Readiness)> on_ready);

  /// Replaces what is waited for; `broken` is ignored. Nothing at all: stops.
  void watch(Readiness wanted) noexcept;

 private:
  struct State;
  struct Close {
    void operator()(State* state) const noexcept;
  };
  std::unique_ptr<State, Close> state_;
};

}  // namespace hearsay::agent::loop
