#include "swim/members/destinations.h"

namespace hearsay::swim {

bool is_member_at(const Core& core, std::string_view name, const Endpoint& at) {
  if (!name.empty()) {
    const MemberId id = core.members.find(name);
    return id != no_member && core.members[id].at == at;
  }
  for (MemberId id = 0; id < core.members.rows_end(); ++id) {
    if (core.members.occupied(id) && core.members[id].at == at) {
      return true;
    }
  }
  return false;
}

}  // namespace hearsay::swim
