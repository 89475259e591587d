// What all parts of a world share: the time it is, what will happen, chance, and the network.
#pragma once

#include "sim/network.h"
#include "sim/world/agenda.h"
#include "sim/world/digest.h"
#include "swim/random.h"
#include "swim/time.h"

namespace hearsay::sim {

struct Engine {
  explicit Engine(std::uint64_t seed) : chance(seed) {}

  swim::Instant now{};
  Agenda agenda;
  swim::Random chance;  // the network's
  Network network;
  Digest digest;
};

}  // namespace hearsay::sim
