// A query's records, one after the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "agent/rpc/client.h"
#include "cli/answer_wait.h"

namespace hearsay::cli {

/// What comes next of the query that `client` asked last, good until the next call; nothing: it is over.
/// The error: the agent is gone. While nothing comes for a second, `wait`, if any, tells on standard error
/// what is waited for.
[[nodiscard]] tl::expected<std::optional<agent::rpc::QueryRecord>, std::string> next_query_record(
    agent::rpc::Client& client, AnswerWait* wait = nullptr);

/// Prints that the agent was gone before the query it was asked was over; returns the exit status.
int fail_cut_short(std::string_view error);

}  // namespace hearsay::cli
