// A network for nodes under virtual time: who may talk to whom, and how long it takes.
#pragma once

#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "sim/firewalls.h"
#include "swim/bytes.h"
#include "swim/random.h"
#include "swim/time.h"

namespace hearsay::sim {

/// About normal, with mean 0 and a standard deviation of 65536: twelve uniform numbers added, in
/// integers, so that it is the same on every compiler and CPU. Never beyond six deviations.
[[nodiscard]] std::int64_t normal_65536(swim::Random& random) noexcept;

struct Network {
  swim::Duration latency = std::chrono::microseconds(500);  // one way
  swim::Duration jitter{};       // standard deviation of a packet's latency, which stays above a tenth of it
  swim::Duration link_spread{};  // each direction of each pair has a fixed delay on top, up to this
  std::uint64_t link_seed = 0;   // which pairs have which
  double loss = 0;               // of datagrams, and of segments of streams, 0 to 1
  double duplicate = 0;          // of datagrams that arrive twice
  double corrupt = 0;            // of datagrams, with a few bytes changed
  double reorder = 0;            // of datagrams that are held back by up to `reorder_by`
  swim::Duration reorder_by = std::chrono::milliseconds(20);
  std::vector<double> loss_from;                      // of what host i sends; may be empty
  std::vector<double> loss_to;                        // of what host i gets; may be empty
  std::set<std::pair<NodeIndex, NodeIndex>> udp_cut;  // from -> to: datagrams vanish
  std::set<std::pair<NodeIndex, NodeIndex>> tcp_cut;  // from -> to: segments vanish

  std::set<std::pair<NodeIndex, NodeIndex>> reject;  // from -> to: a firewall refuses, as if nobody listened
  Firewalls firewalls;                               // of hosts, which let answers in

  void cut_one_way(NodeIndex from, NodeIndex to) {
    udp_cut.insert({from, to});
    tcp_cut.insert({from, to});
  }
  void cut_both(NodeIndex a, NodeIndex b) {
    cut_one_way(a, b);
    cut_one_way(b, a);
  }
  /// Of what host i sends and of what it gets so much is lost, 0 to 1.
  void lose_at(NodeIndex i, double of_sent, double of_received);
  void heal() {
    udp_cut.clear();
    tcp_cut.clear();
    reject.clear();
    firewalls.clear();
  }
  /// Everybody can reach everybody, if with luck.
  [[nodiscard]] bool whole() const noexcept {
    return udp_cut.empty() && tcp_cut.empty() && reject.empty() && firewalls.empty();
  }
  [[nodiscard]] bool rejects(NodeIndex from, NodeIndex to) const {
    return !reject.empty() && reject.contains({from, to});
  }
  /// Heals, and nothing is lost, doubled, changed or held back any more. Delays stay.
  void clear_up();

  [[nodiscard]] bool loses_datagram(NodeIndex from, NodeIndex to, swim::Random& random) const;
  [[nodiscard]] bool loses_segment(NodeIndex from, NodeIndex to, swim::Random& random) const;
  /// How long one packet takes.
  [[nodiscard]] swim::Duration delay(NodeIndex from, NodeIndex to, swim::Random& random) const;
  /// How much longer a datagram takes than one sent with it.
  [[nodiscard]] swim::Duration held_back(swim::Random& random) const;
  /// Changes a few bytes, if it is this packet's turn.
  void maybe_corrupt(swim::Buffer& bytes, swim::Random& random) const;

 private:
  [[nodiscard]] bool drops(NodeIndex from, NodeIndex to, swim::Random& random) const;
};

}  // namespace hearsay::sim
