// What a seed stands for: a cluster, its weather, what happens to it, and what its users do.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/network.h"
#include "swim/config.h"

namespace hearsay::sim {

/// What happens to some members for a while. What it takes away is given back at the end.
enum class FaultKind : std::uint8_t {
  crash,      // the process dies, and is started again
  power_off,  // the host goes, and comes back
  leave,      // says goodbye, and comes back
  pause,      // is stopped, and goes on
  slow,       // is stopped and goes on, many times
  cut_out,    // what they send to the others is lost
  cut_in,     // what the others send them is lost
  cut,        // both
  lossy,      // a share `much` of what they send and get is lost
  storm,      // a share `much` of everything is lost, for everybody
};
[[nodiscard]] const char* to_text(FaultKind kind) noexcept;

struct Fault {
  FaultKind kind;
  swim::Duration at;
  swim::Duration lasts;  // for_good: nothing is given back
  std::vector<NodeIndex> who;
  double much = 0;

  static constexpr swim::Duration for_good = swim::Duration::max();
};

struct Plan {
  std::uint64_t seed = 0;
  std::size_t members = 0;
  std::size_t serfs = 0;      // of them, the last so many: in Serf's mode
  std::string profile;        // lan, wan or local
  std::size_t key_bytes = 0;  // 0: nothing is sealed
  bool compress = true;
  Network weather;  // from the start to the end; its losses only while there are faults
  swim::Duration faults_last{};
  std::vector<Fault> faults;
  swim::Duration work_every{};  // somebody changes tags, sends an event or asks; zero: nobody does
  /// No fault gives a reason to call a healthy member failed: whoever does is wrong.
  bool gentle = false;

  /// Member i's; without one, what is the same for all.
  [[nodiscard]] swim::Config config(NodeIndex i = 0) const;
  /// A line for the cluster and one for each fault.
  [[nodiscard]] std::string describe() const;
};

/// `members_max`: the largest cluster that may come of it; at least 2.
[[nodiscard]] Plan plan_of(std::uint64_t seed, std::size_t members_max = 40);

}  // namespace hearsay::sim
