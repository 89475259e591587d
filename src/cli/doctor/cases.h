// Whom to examine.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "agent/rpc/client.h"
#include "cli/doctor/judge_member.h"
#include "swim/endpoint.h"

namespace hearsay::cli::doctor {

struct Case {
  Patient patient;
  std::optional<swim::Endpoint> at;  // nothing if its address cannot be read
};

/// All members. The error is a line for the user: also that `node`, if it is given, is none of them.
[[nodiscard]] tl::expected<std::vector<Case>, std::string> cases_of(agent::rpc::Client& client,
                                                                    std::string_view node);

}  // namespace hearsay::cli::doctor
