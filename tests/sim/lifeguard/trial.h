// One run of Lifeguard's experiment: a cluster, some members of which block again and again.
//
// After Dadgar, Phillips and Currey, "Lifeguard: Local Health Awareness for More Accurate Failure Detection"
// (arXiv 1707.00788), section V.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/lifeguard/mode.h"
#include "swim/time.h"

namespace hearsay::sim::lifeguard {

inline constexpr std::size_t cluster_size = 128;
inline constexpr std::size_t paused_max = 32;

/// `paused` members chosen by lot block in lockstep for `pause`. With a gap they do it again and again, for
/// two minutes at least: an interval run, of which failures of the others are counted. With none they do
/// it once: a threshold run, of which is measured when their failure is seen.
struct Trial {
  std::uint64_t seed;
  std::size_t paused;
  swim::Duration pause;
  swim::Duration gap;  // zero: a threshold run

  [[nodiscard]] bool threshold() const noexcept { return gap == swim::Duration::zero(); }
};

/// Plain bytes: a process hands it to another.
struct Outcome {
  bool formed = false;
  std::uint32_t detected = 0;             // paused members that some healthy one called failed
  std::uint32_t disseminated = 0;         // paused members that all of them called failed
  std::uint64_t false_positives = 0;      // failures of members that were not paused, told by anybody
  std::uint64_t healthy_positives = 0;    // those told by members that were not paused either
  std::uint64_t messages = 0;             // datagrams sent
  std::uint64_t bytes = 0;                // in them
  std::array<float, paused_max> first{};  // seconds from the pause to each first detection
  std::array<float, paused_max> full{};   // to each full dissemination
};

[[nodiscard]] Outcome run(const Trial& trial, const Mode& mode, const Tuning& tuning);

}  // namespace hearsay::sim::lifeguard
