// A member as clients get it, straight from the member table into the output.
#pragma once

#include <string_view>

#include "agent/rpc/msgpack_writer.h"
#include "swim/event.h"
#include "swim/members/member.h"

namespace hearsay::agent::rpc {

/// Fields in sorted order. A member whose tags cannot be decoded is written with none.
void write_member(Writer out, const swim::Member& member);
void write_member(Writer out, const swim::MemberRecord& member);

}  // namespace hearsay::agent::rpc
