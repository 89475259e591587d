#include "sim/lifeguard/grid.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "swim/random.h"

namespace hearsay::sim::lifeguard {

using std::chrono::milliseconds;
using swim::Duration;

namespace {

struct Axes {
  std::vector<std::size_t> paused;
  std::vector<int> pause_ms;
  std::vector<int> gap_ms;
};

Axes axes(bool quick) {
  if (quick) {
    return {.paused = {4, 16, 32}, .pause_ms = {2048, 16384}, .gap_ms = {4, 256, 4096}};
  }
  return {.paused = {1, 4, 8, 12, 16, 20, 24, 28, 32},
          .pause_ms = {128, 512, 2048, 8192, 16384, 32768},
          .gap_ms = {1, 4, 16, 64, 256, 1024, 4096, 16384}};
}

}  // namespace

std::vector<Trial> trials(std::uint64_t seed, int runs, bool quick) {
  const Axes all = axes(quick);
  swim::Random seeds(seed);
  std::vector<Trial> grid;
  for (int run = 0; run < runs; ++run) {
    for (const std::size_t paused : all.paused) {
      for (const int pause : all.pause_ms) {
        grid.push_back({seeds.next(), paused, milliseconds(pause), Duration::zero()});
        for (const int gap : all.gap_ms) {
          grid.push_back({seeds.next(), paused, milliseconds(pause), milliseconds(gap)});
        }
      }
    }
  }
  return grid;
}

void Totals::add(const Trial& trial, const Outcome& outcome) {
  unformed += outcome.formed ? 0U : 1U;
  if (trial.threshold()) {
    const auto append = [](std::vector<float>& to, std::span<const float> values) {
      to.insert(to.end(), values.begin(), values.end());
    };
    append(first, std::span(outcome.first).first(outcome.detected));
    append(full, std::span(outcome.full).first(outcome.disseminated));
    return;
  }
  false_positives += outcome.false_positives;
  healthy_positives += outcome.healthy_positives;
  messages += outcome.messages;
  bytes += outcome.bytes;
  by_paused[trial.paused] += outcome.false_positives;
}

double percentile(std::vector<float> values, double share) {
  if (values.empty()) {
    return 0;
  }
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const std::size_t place = rank == 0 ? 0 : rank - 1;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(place));
  return static_cast<double>(values[place]);
}

}  // namespace hearsay::sim::lifeguard
