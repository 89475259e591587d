#include "swim/members/sampling.h"

#include "swim/members/claims.h"

namespace hearsay::swim {

namespace {

template <class Wanted>
MemberId pick_one(Core& core, Wanted&& wanted) {
  std::vector<MemberId> chosen;
  sample_members(core, 1, chosen,
                 [&](MemberId id, const Member& member) { return !is_self(core, id) && wanted(member); });
  return chosen.empty() ? no_member : chosen.front();
}

}  // namespace

MemberId pick_member(Core& core, MemberStatus status) {
  return pick_one(core, [status](const Member& member) { return member.status == status; });
}

MemberId pick_alive(Core& core) {
  return pick_one(core, [](const Member& member) { return member.liveness == Liveness::alive; });
}

}  // namespace hearsay::swim
