// The failures of Rapid's evaluation (Suresh et al., "Stable and Consistent Membership at Scale with Rapid",
// USENIX ATC 2018): a few members whose network works one way only, or badly. Who is right to call them
// failed should do so once and for all, and of nobody else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "sim/network.h"
#include "swim/config.h"

namespace hearsay::sim::rapid {

struct Flips {
  std::size_t members = 1000;
  std::size_t faulty = 10;   // so many of them, by lot
  double loss_sent = 0;      // of what a faulty member sends, datagrams and segments, 0 to 1
  double loss_received = 1;  // of what it gets
  swim::Duration period{};   // the fault comes for so long, and goes for so long; zero: it stays
  swim::Duration watched = std::chrono::minutes(10);
  swim::Duration latency = std::chrono::microseconds(250);
  /// How each member behaves; or empty.
  std::function<void(NodeIndex, swim::Config&)> tune;
  std::uint64_t seed = 1;
};

/// What members of one kind hold of members of one kind. A view is what one member holds of one other; it
/// flips when that goes from alive to failed or back. A suspicion is no flip.
struct Views {
  std::size_t count = 0;
  std::size_t flipped = 0;         // at least once
  std::uint64_t flips = 0;         // of all views
  std::uint32_t flips_most = 0;    // of one view
  std::size_t failed_at_last = 0;  // when the watch ended
};

struct FlipsResult {
  /// In the order of `Kind`, what the first holds of the second.
  enum Kind : std::uint8_t { healthy, faulty };
  Views views[2][2];
  swim::Duration first_flip{};  // of a healthy member's view of a faulty one; zero: none
  swim::Duration last_flip{};   // of any healthy member's view
  std::uint64_t datagrams = 0;  // sent by all, while watched
  std::uint64_t digest = 0;
};

/// A cluster of those members, at rest, of which a few become faulty and are watched.
[[nodiscard]] FlipsResult measure_flips(const Flips& what);

}  // namespace hearsay::sim::rapid
