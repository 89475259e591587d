// How a libuv handle is owned here. Private to src/agent/loop.
#pragma once

#include <uv.h>

#include <memory>

#include "swim/invariant.h"

namespace hearsay::agent::loop {

/// Gives a handle back to libuv, which lets go of it in a later turn of the loop; only then is the
/// block freed. So a wrapper may be destroyed from inside its own callback: the block, and the
/// function object that is running, live until that callback has returned.
template <class State>
void close_handle(State* state) noexcept {
  uv_close(reinterpret_cast<uv_handle_t*>(&state->handle),
           [](uv_handle_t* handle) { delete static_cast<State*>(handle->data); });
}

template <class State, class Handle>
State& state_of(Handle* handle) noexcept {
  return *static_cast<State*>(handle->data);
}

/// For calls that fail only when this program is wrong or the kernel refuses a descriptor at birth.
inline void must(int status) noexcept {
  HEARSAY_INVARIANT(status == 0);
}

}  // namespace hearsay::agent::loop
