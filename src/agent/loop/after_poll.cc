#include "agent/loop/after_poll.h"

#include <utility>

#include "agent/loop/handle.h"

namespace hearsay::agent::loop {

struct AfterPoll::State {
  uv_check_t handle;
  uv_idle_t no_wait;  // while it is active the poll returns at once
  std::function<void()> call;

  void fire() {
    uv_check_stop(&handle);
    uv_idle_stop(&no_wait);
    call();
  }
};

void AfterPoll::Close::operator()(State* state) const noexcept {
  uv_check_stop(&state->handle);
  uv_close(reinterpret_cast<uv_handle_t*>(&state->no_wait), [](uv_handle_t* handle) {
    close_handle(static_cast<State*>(handle->data));  // the second of the two frees the block
  });
}

AfterPoll::AfterPoll(Loop& loop, std::function<void()> call)
    : state_(new State{.handle = {}, .no_wait = {}, .call = std::move(call)}) {
  must(uv_check_init(loop.raw(), &state_->handle));
  must(uv_idle_init(loop.raw(), &state_->no_wait));
  state_->handle.data = state_.get();
  state_->no_wait.data = state_.get();
}

void AfterPoll::request() noexcept {
  must(uv_idle_start(&state_->no_wait, [](uv_idle_t*) {}));
  must(uv_check_start(&state_->handle, [](uv_check_t* handle) { state_of<State>(handle).fire(); }));
}

}  // namespace hearsay::agent::loop
