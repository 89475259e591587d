// "Later in this turn, once the sockets have been read."
#pragma once

#include <functional>
#include <memory>

#include "agent/loop/loop.h"

namespace hearsay::agent::loop {

/// libuv runs timers before it polls. After a pause (a stopped process, a busy host) a timer would
/// thus act before the answers that wait in the sockets are read. A timer that asks for this instead
/// acts after them; the poll between does not block.
class AfterPoll {
 public:
  AfterPoll(Loop& loop, std::function<void()> call);

  /// Calls once, after the next poll. Asking again before that changes nothing.
  void request() noexcept;

 private:
  struct State;
  struct Close {
    void operator()(State* state) const noexcept;
  };
  std::unique_ptr<State, Close> state_;
};

}  // namespace hearsay::agent::loop
