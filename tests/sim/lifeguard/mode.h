// Which detector is tried: Lifeguard's parts one by one, or ours.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sim/world/world.h"
#include "swim/config.h"

namespace hearsay::sim::lifeguard {

/// A row of the table.
struct Mode {
  std::string_view name;
  bool ours;  // all of our defaults; else the protocol as Serf keeps it, with these parts of Lifeguard
  swim::Lifeguard parts;
};

/// SWIM, LHA-Probe, LHA-Suspicion, Buddy, Lifeguard, Hearsay.
[[nodiscard]] std::span<const Mode> modes() noexcept;
/// By its name in small letters; or null.
[[nodiscard]] const Mode* find_mode(std::string_view name) noexcept;

/// A suspicion lasts from alpha * log10(n) probe intervals to beta times that. Nothing: the mode's own.
struct Tuning {
  std::optional<int> alpha;
  std::optional<int> beta;
};

[[nodiscard]] swim::Config config_of(const Mode& mode, const Tuning& tuning);
/// How its process behaves while its sends and receives block.
[[nodiscard]] Pause pause_of(const Mode& mode) noexcept;

}  // namespace hearsay::sim::lifeguard
