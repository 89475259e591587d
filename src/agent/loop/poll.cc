#include "agent/loop/poll.h"

#include <utility>

#include "agent/loop/handle.h"

namespace hearsay::agent::loop {

struct Poll::State {
  uv_poll_t handle;
  std::function<void(Readiness)> on_ready;
};

void Poll::Close::operator()(State* state) const noexcept {
  // At once: the owner may close the descriptor next, and libuv would poll a stranger's.
  uv_poll_stop(&state->handle);
  close_handle(state);
}

Poll::Poll(Loop& loop, int fd, std::function<void(Readiness)> on_ready)
    : state_(new State{.handle = {}, .on_ready = std::move(on_ready)}) {
  must(uv_poll_init(loop.raw(), &state_->handle, fd));
  state_->handle.data = state_.get();
}

void Poll::watch(Readiness wanted) noexcept {
  const int events = (wanted.readable ? UV_READABLE : 0) | (wanted.writable ? UV_WRITABLE : 0) |
                     (wanted.priority ? UV_PRIORITIZED : 0);
  if (events == 0) {
    uv_poll_stop(&state_->handle);
    return;
  }
  const auto on_poll = [](uv_poll_t* handle, int status, int ready) {
    state_of<State>(handle).on_ready({.readable = (ready & UV_READABLE) != 0,
                                      .writable = (ready & UV_WRITABLE) != 0,
                                      .priority = (ready & UV_PRIORITIZED) != 0,
                                      .broken = status < 0});
  };
  must(uv_poll_start(&state_->handle, events, on_poll));
}

}  // namespace hearsay::agent::loop
