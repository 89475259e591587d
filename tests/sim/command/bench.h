// How fast the simulator is.
#pragma once

#include <cstddef>

namespace hearsay::sim {

struct Bench {
  std::size_t members = 100;
  double seconds = 60;  // of quiet virtual time
};

/// Forms a cluster, lets it be quiet, and prints member-seconds a second, with the checkers off and on. False
/// if it did not form.
[[nodiscard]] bool bench(const Bench& what);

}  // namespace hearsay::sim
