#include "sim/lifeguard/mode.h"

#include <algorithm>
#include <array>

#include "sim/serf_mode.h"

namespace hearsay::sim::lifeguard {

using namespace swim;

namespace {

constexpr std::array<Mode, 6> all_modes{{
    {"swim", false, {.probe = false, .suspicion = false, .buddy = false}},
    {"lha-probe", false, {.probe = true, .suspicion = false, .buddy = false}},
    {"lha-suspicion", false, {.probe = false, .suspicion = true, .buddy = false}},
    {"buddy", false, {.probe = false, .suspicion = false, .buddy = true}},
    {"lifeguard", false, {.probe = true, .suspicion = true, .buddy = true}},
    {"hearsay", true, {}},
}};

// The paper's.
constexpr int paper_alpha = 5;
constexpr int paper_beta = 6;
constexpr int paper_worst_health = 8;  // a probe then takes 9 intervals; of memberlist it takes 8

}  // namespace

std::span<const Mode> modes() noexcept {
  return all_modes;
}

const Mode* find_mode(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(all_modes, name, &Mode::name);
  return found == all_modes.end() ? nullptr : found;
}

Config config_of(const Mode& mode, const Tuning& tuning) {
  Config config;
  config.compress = false;  // takes most of the time, and changes only the bytes
  if (!mode.ours) {
    do_as_serf(config);
    config.coordinates = false;
    config.timing.suspicion_mult = paper_alpha;
    config.timing.suspicion_max_timeout_mult = paper_beta;
    config.timing.awareness_max = paper_worst_health + 1;
    config.lifeguard = mode.parts;
  }
  config.timing.suspicion_mult = tuning.alpha.value_or(config.timing.suspicion_mult);
  config.timing.suspicion_max_timeout_mult = tuning.beta.value_or(config.timing.suspicion_max_timeout_mult);
  return config;
}

Pause pause_of(const Mode& mode) noexcept {
  return mode.ours ? Pause::blocked : Pause::threads_blocked;
}

}  // namespace hearsay::sim::lifeguard
