#include "agent/loop/timer.h"

#include <utility>

#include "agent/loop/handle.h"

namespace hearsay::agent::loop {
namespace {

constexpr std::uint64_t nanoseconds_a_millisecond = 1'000'000;

}  // namespace

struct Timer::State {
  uv_timer_t handle;
  std::function<void()> on_expiry;
  std::uint64_t at_ms = 0;  // while it is armed
};

void Timer::Close::operator()(State* state) const noexcept {
  close_handle(state);
}

Timer::Timer(Loop& loop, std::function<void()> on_expiry)
    : state_(new State{.handle = {}, .on_expiry = std::move(on_expiry)}) {
  must(uv_timer_init(loop.raw(), &state_->handle));
  state_->handle.data = state_.get();
}

void Timer::arm_at(swim::Instant deadline) noexcept {
  if (deadline == swim::never) {
    disarm();
    return;
  }
  // libuv counts whole milliseconds of the same clock from the start of the turn. Rounding the
  // moment itself up, not the delay, keeps the timer from firing early and having to be armed again.
  const auto since_boot = deadline.time_since_epoch().count();
  const std::uint64_t at_ms = since_boot <= 0
                                  ? 0
                                  : (static_cast<std::uint64_t>(since_boot) + nanoseconds_a_millisecond - 1) /
                                        nanoseconds_a_millisecond;
  if (armed() && at_ms == state_->at_ms) {
    return;  // as for each event of a burst
  }
  state_->at_ms = at_ms;
  const std::uint64_t turn_ms = uv_now(state_->handle.loop);
  const std::uint64_t delay_ms = at_ms > turn_ms ? at_ms - turn_ms : 0;
  must(uv_timer_start(
      &state_->handle, [](uv_timer_t* handle) { state_of<State>(handle).on_expiry(); }, delay_ms, 0));
}

void Timer::arm_in(swim::Duration delay) noexcept {
  arm_at(Loop::now() + delay);
}

void Timer::disarm() noexcept {
  uv_timer_stop(&state_->handle);
}

bool Timer::armed() const noexcept {
  return uv_is_active(reinterpret_cast<const uv_handle_t*>(&state_->handle)) != 0;
}

}  // namespace hearsay::agent::loop
