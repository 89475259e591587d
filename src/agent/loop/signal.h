// A Unix signal as a callback on the loop.
#pragma once

#include <functional>
#include <memory>

#include "agent/loop/loop.h"

namespace hearsay::agent::loop {

/// Takes the signal from its default action for as long as it lives.
class Signal {
 public:
  Signal(Loop& loop, int number, std::function<void()> on_signal);

 private:
  struct State;
  struct Close {
    void operator()(State* state) const noexcept;
  };
  std::unique_ptr<State, Close> state_;
};

}  // namespace hearsay::agent::loop
