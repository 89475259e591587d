// Where this node stands in the cluster's map of round trip times, learnt ping by ping
// (proto/serf.md, "Coordinates"; Dabek et al., "Vivaldi", SIGCOMM 2004).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "swim/gossip/coordinate.h"
#include "swim/members/member.h"
#include "swim/random.h"
#include "swim/time.h"

namespace hearsay::swim {

/// Estimated round trip time between two members, in seconds.
[[nodiscard]] double distance(const Coordinate& a, const Coordinate& b) noexcept;

enum class CoordinateUpdate : std::uint8_t {
  accepted,
  rejected,  // the sample makes no sense; nothing changed
  reset,     // the sum of all samples made no sense: this node starts again at the origin
};

class CoordinateClient {
 public:
  [[nodiscard]] const Coordinate& own() const noexcept { return own_; }

  /// `peer` stands at `other` and answered a direct ping within `rtt`. Rejected are a round trip
  /// below zero or over ten seconds, components that are not finite, and a negative error or
  /// height, which no honest peer has.
  CoordinateUpdate update(MemberId peer, const Coordinate& other, Duration rtt, Random& random);

  /// Drops what is held of `peer`. To be called when its row is erased: rows are reused.
  void forget(MemberId peer) { latencies_.erase(peer); }

  /// Peers that samples are held of.
  [[nodiscard]] std::size_t peers() const noexcept { return latencies_.size(); }

 private:
  static constexpr std::size_t adjustment_window = 20;

  /// The last round trips of one peer, in seconds. Their median goes on: one late answer says more
  /// about a busy host than about the way to it.
  struct LatencyFilter {
    std::array<double, 3> samples{};  // oldest first
    std::uint8_t count = 0;

    double median_with(double sample) noexcept;
  };

  void move_by_vivaldi(const Coordinate& other, double rtt, Random& random);
  void learn_adjustment(const Coordinate& other, double rtt) noexcept;
  void fall_to_origin(Random& random);

  Coordinate own_;
  std::array<double, adjustment_window> adjustments_{};
  std::size_t next_adjustment_ = 0;
  std::unordered_map<MemberId, LatencyFilter> latencies_;  // never iterated
};

}  // namespace hearsay::swim
