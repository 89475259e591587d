// Most of a cluster restarts in one instant: what is held of each is newer than what it says itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/network.h"
#include "swim/config.h"

namespace hearsay::sim::rapid {

struct MassRestart {
  std::size_t members = 5000;
  std::size_t restarted = 4500;  // the first so many, if not all of them
  std::size_t seeds = 3;         // of all, by lot, that each joins
  unsigned changes = 3;          // of tags in the life before: each raises the incarnation
  swim::Duration limit = std::chrono::seconds(60);
  swim::Duration latency = std::chrono::microseconds(250);
  /// How each member behaves; or empty.
  std::function<void(NodeIndex, swim::Config&)> tune;
  std::uint64_t seed = 1;
};

struct MassRestartResult {
  /// From the restart until all views were true (checks/agreement.h): everybody alive, with the incarnation
  /// and the tags of the new life; seen at whole quarters of a second. Nothing: not within the limit.
  std::optional<swim::Duration> all_true;
  std::string wrong;            // the first thing that was not true at the last look but one, or at the end
  std::uint64_t failures = 0;   // told by anybody since, though all are well
  std::uint64_t datagrams = 0;  // sent by all since
  std::uint64_t digest = 0;
};

[[nodiscard]] MassRestartResult measure_mass_restart(const MassRestart& what);

}  // namespace hearsay::sim::rapid
