// What several commands ask the agent for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/rpc/client.h"
#include "cli/listed_member.h"
#include "cli/member_list.h"
#include "cli/stats.h"

namespace hearsay::cli {

// Views are good until the client's next call. The error is what the agent answered, or why there is no
// answer that can be read.

[[nodiscard]] tl::expected<MemberList, std::string> fetch_members(agent::rpc::Client& client);
[[nodiscard]] tl::expected<MemberList, std::string> fetch_members(
    agent::rpc::Client& client, const agent::rpc::MembersFilteredRequest& filter);
[[nodiscard]] tl::expected<Stats, std::string> fetch_stats(agent::rpc::Client& client);
/// The name of the agent that answers.
[[nodiscard]] tl::expected<std::string, std::string> fetch_own_name(agent::rpc::Client& client);
/// Nothing, where the member's place is not known.
[[nodiscard]] tl::expected<std::optional<swim::Coordinate>, std::string> fetch_coordinate(
    agent::rpc::Client& client, std::string_view node);

/// The members that `filter` picks, sorted by name, with nobody's round trip time.
[[nodiscard]] tl::expected<MemberListing, std::string> fetch_listing(
    agent::rpc::Client& client, const agent::rpc::MembersFilteredRequest& filter);
/// Estimates everybody's round trip time from the agent.
[[nodiscard]] tl::expected<void, std::string> fetch_round_trips(agent::rpc::Client& client,
                                                                MemberListing& listing);

}  // namespace hearsay::cli
