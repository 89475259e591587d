// A one-shot timer.
#pragma once

#include <functional>
#include <memory>

#include "agent/loop/loop.h"

namespace hearsay::agent::loop {

/// Calls back once for each time it is armed, never early, and at most about a millisecond late
/// when the loop is idle. Arming again moves the deadline.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> on_expiry);

  /// At a moment of Loop::now(); one that has passed means the next turn of the loop.
  /// swim::never disarms.
  void arm_at(swim::Instant deadline) noexcept;
  void arm_in(swim::Duration delay) noexcept;
  void disarm() noexcept;
  [[nodiscard]] bool armed() const noexcept;

 private:
  struct State;
  struct Close {
    void operator()(State* state) const noexcept;
  };
  std::unique_ptr<State, Close> state_;
};

}  // namespace hearsay::agent::loop
