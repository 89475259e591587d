// Many seeds, several at a time, each in a process of its own: one that aborts takes none with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/swarm/plan.h"

namespace hearsay::sim {

struct Sweep {
  std::uint64_t first = 1;
  std::uint64_t last = 100;
  std::size_t jobs = 1;
  std::size_t members_max = 40;
  std::uint32_t look_every = 1;
  std::optional<std::size_t> serf_percent;  // of the members in Serf's mode, instead of what a seed says

  [[nodiscard]] Plan plan(std::uint64_t seed) const;
};

/// Prints each seed that fails with what was violated and how to repeat it, and a summary. How many failed.
[[nodiscard]] std::size_t sweep(const Sweep& what);

}  // namespace hearsay::sim
