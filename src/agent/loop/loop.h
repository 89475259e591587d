// The event loop: everything in the agent runs on it, one callback at a time.
#pragma once

#include <memory>
#include <string_view>

#include "swim/time.h"

struct uv_loop_s;

namespace hearsay::agent::loop {

/// Outlives every Timer, Signal, Poll, Listener, Connection and Wakeup made on it. Also makes the
/// process ignore SIGPIPE: a peer that hangs up must show as an error of the write.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop() or until nothing is left that could call back.
  void run();
  /// One turn: waits for at most one batch of events, or not at all. False: nothing is left.
  bool run_once();
  bool run_ready();
  /// run() returns after the callback that called this.
  void stop() noexcept;

  /// Monotone time since boot, not counting sleep; read afresh at every call.
  [[nodiscard]] static swim::Instant now() noexcept;

  /// The index of the interface by which the agent's sockets reach link-local IPv6 addresses; 0: none
  /// is known. There is one for all, because what members tell of each other has no room for it.
  [[nodiscard]] unsigned link() const noexcept { return link_; }
  void set_link(unsigned index) noexcept { link_ = index; }

  [[nodiscard]] uv_loop_s* raw() const noexcept { return loop_.get(); }

 private:
  struct Close {
    void operator()(uv_loop_s* loop) const noexcept;
  };
  std::unique_ptr<uv_loop_s, Close> loop_;
  unsigned link_ = 0;
};

/// What happened, in the words Serf's users know: "connection refused", "i/o timeout", "EOF".
/// `error` is a negative errno or libuv code, 0 for an orderly end.
[[nodiscard]] std::string_view describe_error(int error) noexcept;

}  // namespace hearsay::agent::loop
