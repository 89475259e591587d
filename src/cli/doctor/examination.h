// Who is examined, and how.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/rpc/client.h"
#include "cli/doctor/finding.h"
#include "cli/rpc_options.h"

namespace hearsay::cli::doctor {

struct Examination {
  std::vector<Finding> findings;
  std::vector<std::string> measured;  // "web-1: TCP: ...", a line a member
  std::size_t examined = 0;
};

/// Examines the member of that name, or with no name all but those that left, and the agent itself: `client`
/// is connected to it by `rpc`. Takes seconds where somebody does not answer. The error is a line for the
/// user: the agent's, or that `node` is no member.
[[nodiscard]] tl::expected<Examination, std::string> examine(const RpcOptions& rpc,
                                                             agent::rpc::Client& client,
                                                             std::string_view node);

}  // namespace hearsay::cli::doctor
