#include "swim/members/flaps.h"

#include <algorithm>

namespace hearsay::swim {

bool Flaps::came_back(MemberId id, Instant now, std::size_t most) {
  Entry entry{.id = id, .times = 0, .last = now};
  const auto found = std::ranges::find(entries_, id, &Entry::id);
  if (found != entries_.end()) {
    entry.times = now - found->last <= window ? found->times : 0;
    entries_.erase(found);
  }
  ++entry.times;
  entries_.push_back(entry);
  const bool full = entries_.size() > most;
  if (full) {
    entries_.erase(entries_.begin());
  }
  return full;
}

bool Flaps::damped(MemberId id, Instant now) const noexcept {
  const auto found = std::ranges::find(entries_, id, &Entry::id);
  return found != entries_.end() && found->times > tolerated && now - found->last <= window;
}

void Flaps::forget(MemberId id) {
  std::erase_if(entries_, [id](const Entry& entry) { return entry.id == id; });
}

}  // namespace hearsay::swim
