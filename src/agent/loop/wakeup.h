// How another thread asks for a turn on the loop.
#pragma once

#include <functional>
#include <memory>

#include "agent/loop/loop.h"

namespace hearsay::agent::loop {

class Wakeup {
 public:
  Wakeup(Loop& loop, std::function<void()> on_wakeup);

  /// From any thread, while this object lives. Calls before the callback ran may fall together.
  void notify() noexcept;

 private:
  struct State;
  struct Close {
    void operator()(State* state) const noexcept;
  };
  std::unique_ptr<State, Close> state_;
};

}  // namespace hearsay::agent::loop
