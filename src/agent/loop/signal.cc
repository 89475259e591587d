#include "agent/loop/signal.h"

#include <utility>

#include "agent/loop/handle.h"

namespace hearsay::agent::loop {

struct Signal::State {
  uv_signal_t handle;
  std::function<void()> on_signal;
};

void Signal::Close::operator()(State* state) const noexcept {
  close_handle(state);
}

Signal::Signal(Loop& loop, int number, std::function<void()> on_signal)
    : state_(new State{.handle = {}, .on_signal = std::move(on_signal)}) {
  must(uv_signal_init(loop.raw(), &state_->handle));
  state_->handle.data = state_.get();
  must(uv_signal_start(
      &state_->handle, [](uv_signal_t* handle, int) { state_of<State>(handle).on_signal(); }, number));
}

}  // namespace hearsay::agent::loop
