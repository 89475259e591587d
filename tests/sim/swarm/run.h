// One seed: a cluster forms, things happen to it, it is healed, and must find the truth again.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "sim/checks/report.h"
#include "sim/swarm/plan.h"

namespace hearsay::sim {

struct Outcome {
  Report report;
  std::uint64_t digest = 0;
  swim::Duration lasted{};           // of virtual time
  swim::Duration settled{};          // from the end of all faults until all views were the truth
  std::uint64_t steps = 0;           // calls into nodes
  std::uint64_t false_failures = 0;  // with a reason or not
};

struct RunOptions {
  std::uint32_t look_every = 1;  // Inspector's
  std::FILE* trace = nullptr;    // tells what happens; or null
};

/// Ends at the first violation.
[[nodiscard]] Outcome run(const Plan& plan, const RunOptions& options);

}  // namespace hearsay::sim
