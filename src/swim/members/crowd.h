// Many that come together: how fast news of them goes out, and the exchange that ends it
// (docs/decisions/0018-a-crowd-tells-less.md).
#pragma once

#include <cstddef>

#include "swim/time.h"

namespace hearsay::swim {

struct Step;

/// So many arrivals are a crowd, which is there when none has come for two seconds. Among so many members
/// news of a newcomer comes from many sides, and a push/pull costs much.
inline constexpr std::size_t crowd_from = 128;

struct Crowd {
  std::size_t arrivals = 0;  // none of them long after the one before
  Instant last_arrival{};
  Instant settles = never;  // of a crowd: unless somebody else comes before

  /// Rounds of news of members are so many times further apart at `now` than they are at rest: once if this
  /// is no crowd, four times if it is, and up to twenty times in one of 640.
  [[nodiscard]] int slowdown(Instant now) const noexcept;
};

/// There are so many members that who is heard of again has been told of.
[[nodiscard]] bool tells_less(const Step& step) noexcept;
/// Somebody came who had to be told of, by one or the other.
void note_arrival(Step& step);
/// Among very many that come together chance may hide one from one other. So when they are all here,
/// everybody makes one push/pull.
void run_crowd(Step& step);

}  // namespace hearsay::swim
