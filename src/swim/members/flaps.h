// Members that fail and come back, again and again (docs/decisions/0017-witnesses.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "swim/members/member.h"
#include "swim/time.h"

namespace hearsay::swim {

/// The last few that came back, each with how often. Who does so more than `tolerated` times, never more than
/// `window` apart, is given more time: neither refusals nor witnesses make its suspicions short, and they
/// last twice as long.
class Flaps {
 public:
  static constexpr int tolerated = 2;
  static constexpr Duration window = std::chrono::minutes(10);

  /// It was failed, and is alive again. True if one had to be forgotten to hold no more than `most`.
  bool came_back(MemberId id, Instant now, std::size_t most);
  [[nodiscard]] bool damped(MemberId id, Instant now) const noexcept;
  void forget(MemberId id);
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    MemberId id;
    int times;
    Instant last;
  };
  std::vector<Entry> entries_;  // the one that came back last is last
};

}  // namespace hearsay::swim
