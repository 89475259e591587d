#include "swim/members/destinations.h"

namespace hearsay::swim {

bool is_member_at(Step& step, std::string_view name, const Endpoint& at) {
  if (name.empty()) {
    return is_any_member_at(step, at);
  }
  const MemberId id = step.core.members.find(name);
  return id != no_member && step.core.members[id].at == at;
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
