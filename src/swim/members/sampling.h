// Choosing members at random, the same way for the same seed everywhere.
#pragma once

#include <algorithm>
#include <vector>

#include "swim/core.h"

namespace hearsay::swim {

/// Up to `k` different rows for which `wanted(MemberId, const Member&)` holds, uniformly chosen.
/// Draws at random where members are many (3n draws at most, as memberlist) and walks the table
/// where they are few or `wanted` is rare.
template <class Wanted>
void sample_members(Core& core, std::size_t k, std::vector<MemberId>& chosen, Wanted&& wanted) {
  chosen.clear();
  const auto fits = [&](MemberId id) {
    return core.members.occupied(id) && wanted(id, core.members[id]) &&
           std::find(chosen.begin(), chosen.end(), id) == chosen.end();
  };
  const MemberId rows = core.members.rows_end();
  if (rows > 64) {
    for (std::size_t draws = 3 * k + 8; draws > 0 && chosen.size() < k; --draws) {
      const MemberId id = core.random.below(rows);
      if (fits(id)) {
        chosen.push_back(id);
      }
    }
  }
  if (chosen.size() == k) {
    return;
  }
  // Reservoir sampling over what is left.
  const std::size_t kept = chosen.size();
  std::uint32_t seen = 0;
  std::vector<MemberId>& rest = core.reservoir;
  rest.clear();
  for (MemberId id = 0; id < rows; ++id) {
    if (!fits(id)) {
      continue;
    }
    ++seen;
    if (rest.size() < k - kept) {
      rest.push_back(id);
    } else if (const std::uint32_t at = core.random.below(seen); at < rest.size()) {
      rest[at] = id;
    }
  }
  chosen.insert(chosen.end(), rest.begin(), rest.end());
}

/// One member the detector holds alive, not this node; no_member if there is none.
[[nodiscard]] MemberId pick_alive(Core& core);

}  // namespace hearsay::swim
