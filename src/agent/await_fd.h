// Waiting for one descriptor, where there is no event loop.
#pragma once

#include <chrono>

#include "agent/fd.h"

namespace hearsay::agent {

inline constexpr std::chrono::milliseconds for_ever{-1};

/// Waits until one of `events` (POLLIN, POLLOUT) is so of the descriptor, or it failed or was hung up. False:
/// `limit` passed first, which a signal makes begin anew.
[[nodiscard]] bool await_fd(const Fd& descriptor, short events, std::chrono::milliseconds limit);

/// Waits until a socket whose connect() said EINPROGRESS is connected. 0, or the errno it failed with:
/// ETIMEDOUT also if `limit` passed.
[[nodiscard]] int await_connected(const Fd& socket, std::chrono::milliseconds limit);

}  // namespace hearsay::agent
