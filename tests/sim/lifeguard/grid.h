// All trials of the experiment, and what comes of them together.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/lifeguard/trial.h"

namespace hearsay::sim::lifeguard {

/// Every combination of members paused, pause and gap, and of the first two without a gap, `runs` times.
/// `quick`: a small part of them. The seed of a trial depends only on `seed` and the trial's place, so all
/// modes meet the same trials.
[[nodiscard]] std::vector<Trial> trials(std::uint64_t seed, int runs, bool quick);

/// Sums in the units of the paper's tables.
struct Totals {
  std::size_t unformed = 0;  // trials whose cluster was not whole when it was to be paused
  std::uint64_t false_positives = 0;
  std::uint64_t healthy_positives = 0;
  std::uint64_t messages = 0;  // of interval runs, as the failures
  std::uint64_t bytes = 0;
  std::map<std::size_t, std::uint64_t> by_paused;  // false positives by the number of members paused
  std::vector<float> first;                        // seconds, of threshold runs
  std::vector<float> full;

  void add(const Trial& trial, const Outcome& outcome);
};

/// The smallest of `values` that `share` of them do not exceed; 0 of none.
[[nodiscard]] double percentile(std::vector<float> values, double share);

}  // namespace hearsay::sim::lifeguard
