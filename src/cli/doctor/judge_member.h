// What is wrong with a member, from what was measured. Pure: no question is asked here.
#pragma once

#include <string>
#include <vector>

#include "cli/doctor/finding.h"
#include "cli/doctor/probed.h"

namespace hearsay::cli::doctor {

struct Patient {
  std::string name;
  std::string address;
  std::string status;
  bool is_loopback = false;
};

/// The agent that was asked.
struct Asked {
  bool encrypted = false;
  bool is_loopback = false;
};

/// Why the member looks failed or flaps; none if nothing is to be seen.
[[nodiscard]] std::vector<Finding> judge_member(const Patient& patient, const Probed& probed,
                                                const Asked& asked);

}  // namespace hearsay::cli::doctor
