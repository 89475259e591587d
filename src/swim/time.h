// Time as the core knows it: a number somebody hands in.
#pragma once

#include <chrono>
#include <cstdint>

namespace hearsay::swim {

/// A clock that cannot be read: it has no now(), so the core cannot ask for the time even by
/// mistake. Whoever drives the core (the agent, the simulator, a test) decides what time it is.
struct ProtocolClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<ProtocolClock, duration>;
  static constexpr bool is_steady = true;
};

using Duration = ProtocolClock::duration;
/// A moment, in nanoseconds since an epoch the host chooses. Monotone: it never goes back.
using Instant = ProtocolClock::time_point;

inline constexpr Instant never = Instant::max();

}  // namespace hearsay::swim
