#include "swim/key_use.h"

#include <algorithm>
#include <string>

#include "swim/core.h"

namespace hearsay::swim {

void watch_key_use(Step& step) {
  Core& core = step.core;
  KeyUse& use = core.key_use;
  const std::size_t members = std::max<std::size_t>(core.members.count(MemberStatus::alive), 1);
  // Members that have gone have sealed what they have sealed.
  use.estimate = std::max<std::uint64_t>(use.estimate, (core.nonces.used() - use.before) * members);
  if (use.warned || use.estimate < core.config.limits.key_uses) {
    return;
  }
  use.warned = true;
  notice(step, Notice::Level::warn,
         "memberlist: The cluster has sealed about " + std::to_string(use.estimate) +
             " messages with its key; install and use a new one before they are 4 billion");
}

}  // namespace hearsay::swim
