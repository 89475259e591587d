#include "swim/members/destinations.h"

namespace hearsay::swim {

MemberId member_at(const Core& core, const Endpoint& at) {
  for (MemberId id = 0; id < core.members.rows_end(); ++id) {
    if (core.members.occupied(id) && core.members[id].at == at) {
      return id;
    }
  }
  return no_member;
}

bool is_member_at(const Core& core, std::string_view name, const Endpoint& at) {
  if (name.empty()) {
    return member_at(core, at) != no_member;
  }
  const MemberId id = core.members.find(name);
  return id != no_member && core.members[id].at == at;
}

void send_to_stranger(Step& step, const Endpoint& to) {
  Core& core = step.core;
  const std::size_t size = core.parts.packed_size() + (core.keyring.empty() ? 0 : wire::seal_overhead);
  if (core.strangers.take(to.ip, size, step.now)) {
    return send_parts(step, to, false);
  }
  ++core.counters.strangers_unanswered;
  core.parts.clear();
}

}  // namespace hearsay::swim
