// Members as the commands for scripts list them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/rpc/messages.h"
#include "swim/bytes.h"

namespace hearsay::cli {

struct ListedMember {
  agent::rpc::MemberRow row;
  std::optional<double> rtt_s;  // from the agent asked; nothing if unknown or not asked for
};

/// With the answer that the rows look into.
struct MemberListing {
  swim::Buffer body;
  std::vector<ListedMember> members;
};

}  // namespace hearsay::cli
