#include "swim/members/sampling.h"

#include "swim/members/claims.h"

namespace hearsay::swim {

MemberId pick_alive(Core& core) {
  std::vector<MemberId> chosen;
  sample_members(core, 1, chosen, [&](MemberId id, const Member& member) {
    return !is_self(core, id) && member.liveness == Liveness::alive;
  });
  return chosen.empty() ? no_member : chosen.front();
}

}  // namespace hearsay::swim
