#include "agent/loop/wakeup.h"

#include <utility>

#include "agent/loop/handle.h"

namespace hearsay::agent::loop {

struct Wakeup::State {
  uv_async_t handle;
  std::function<void()> on_wakeup;
};

void Wakeup::Close::operator()(State* state) const noexcept {
  close_handle(state);
}

Wakeup::Wakeup(Loop& loop, std::function<void()> on_wakeup)
    : state_(new State{.handle = {}, .on_wakeup = std::move(on_wakeup)}) {
  must(uv_async_init(loop.raw(), &state_->handle,
                     [](uv_async_t* handle) { state_of<State>(handle).on_wakeup(); }));
  state_->handle.data = state_.get();
}

void Wakeup::notify() noexcept {
  must(uv_async_send(&state_->handle));
}

}  // namespace hearsay::agent::loop
