// How soon everybody knows that a member is gone, and how often somebody is believed gone who is not.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/network.h"
#include "swim/config.h"

namespace hearsay::sim {

/// What happens to members of a cluster at rest.
enum class Mishap : std::uint8_t {
  none,     // nothing: any failure is a false one
  kill,     // the process is gone, and its host says so to whoever asks
  hang,     // the process is stopped, or the host is gone: nobody says anything
  restart,  // the process is gone, and back a moment later: any failure is a false one
  reject,   // its firewall refuses, by UDP and TCP, what answers nothing it sent: any failure is a false one,
            // but for those it tells of itself
};

struct Detection {
  std::size_t members = 100;
  std::size_t victims = 1;  // at the same moment; fewer than members
  Mishap mishap = Mishap::kill;
  std::size_t runs = 20;
  Network network;
  /// How each member behaves; or empty.
  std::function<void(NodeIndex, swim::Config&)> tune;
  swim::Duration watched = std::chrono::minutes(2);      // at most, if it is found
  swim::Duration away = std::chrono::milliseconds(950);  // with Mishap::restart
  std::uint64_t seed = 1;
};

struct DetectionResult {
  std::vector<swim::Duration> first;  // by run: until somebody held all victims failed; ascending
  std::vector<swim::Duration> last;   // until everybody who is well did
  std::size_t missed = 0;             // runs in which somebody did not while watched
  std::size_t false_failures = 0;     // told by anybody of a member that is well
  std::uint64_t suspicions = 0;       // begun, at all members and in all runs
  double node_hours = 0;              // watched
};

/// Every run has a cluster of its own, which has formed and come to rest.
[[nodiscard]] DetectionResult measure_detection(const Detection& what);

}  // namespace hearsay::sim
