#include "swim/members/nameless.h"

#include "swim/core.h"

namespace hearsay::swim {

namespace {

std::size_t place_of(const Endpoint& at) noexcept {
  return (std::to_integer<std::size_t>(at.ip.bytes().back()) ^ at.port) % Nameless::remembered;
}

bool is_at(const MemberTable& members, MemberId id, const Endpoint& at) {
  return id < members.rows_end() && members.occupied(id) && members[id].at == at;
}

MemberId look_for(const MemberTable& members, const Endpoint& at) {
  for (MemberId id = 0; id < members.rows_end(); ++id) {
    if (is_at(members, id, at)) {
      return id;
    }
  }
  return no_member;
}

}  // namespace

bool is_any_member_at(Step& step, const Endpoint& at) {
  Core& core = step.core;
  MemberId& remembered = core.nameless.found[place_of(at)];
  if (is_at(core.members, remembered, at)) {
    return true;
  }
  if (!core.nameless.rows.take(step.now, core.config.timing.probe_interval, core.members.rows_end())) {
    ++core.counters.nameless_unknown;
    return false;
  }
  const MemberId id = look_for(core.members, at);
  if (id == no_member) {
    return false;
  }
  remembered = id;
  return true;
}

}  // namespace hearsay::swim
