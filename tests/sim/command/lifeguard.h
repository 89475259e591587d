// `tools/sim lifeguard`: the paper's table, of the real core.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/lifeguard/mode.h"

namespace hearsay::sim {

struct LifeguardOptions {
  std::vector<std::string> modes;  // none: all
  lifeguard::Tuning tuning;
  int runs = 10;
  bool quick = false;
  std::size_t jobs = 1;
  std::uint64_t seed = 1;
  bool by_trial = false;  // tell of every trial with a false positive
};

/// Prints a row for each mode; how far it is goes to standard error. False if a process ended early.
[[nodiscard]] bool lifeguard_table(const LifeguardOptions& what);

}  // namespace hearsay::sim
