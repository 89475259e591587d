// What several commands ask the agent for.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "agent/rpc/client.h"
#include "cli/member_list.h"
#include "cli/stats.h"

namespace hearsay::cli {

// Views are good until the client's next call. The error is what the agent answered, or why there is no
// answer that can be read.

[[nodiscard]] tl::expected<MemberList, std::string> fetch_members(agent::rpc::Client& client);
[[nodiscard]] tl::expected<MemberList, std::string> fetch_members(
    agent::rpc::Client& client, const agent::rpc::MembersFilteredRequest& filter);
[[nodiscard]] tl::expected<Stats, std::string> fetch_stats(agent::rpc::Client& client);

}  // namespace hearsay::cli
