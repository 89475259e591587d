// The members, one by one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/rpc/client.h"
#include "cli/doctor/cases.h"
#include "cli/doctor/examination.h"

namespace hearsay::cli::doctor {

/// The agent that is asked.
struct OwnAgent {
  std::string name;
  bool encrypted = false;
};

/// Probes and judges the member called `node`, which there is, or if that is empty all but this agent and
/// those that left, who failed first and 32 at the most. On a terminal says on stderr whom it is at.
[[nodiscard]] Examination examine_members(agent::rpc::Client& client, const OwnAgent& own,
                                          std::vector<Case> cases, std::string_view node);

}  // namespace hearsay::cli::doctor
