// Firewalls on hosts that refuse, as if nobody listened, what answers nothing the host has sent.
#pragma once

#include <cstddef>
#include <map>
#include <utility>

#include "swim/time.h"

namespace hearsay::sim {

using NodeIndex = std::size_t;

/// What one host's firewall refuses to let in.
struct Firewall {
  bool udp = true;  // unless the host has sent something there, or got an answer, within `remembers`
  bool tcp = true;  // what others dial; what the host dials itself goes through
  /// Linux's connection tracking, where a datagram was not answered yet, or once.
  swim::Duration remembers = std::chrono::seconds(30);
};

class Firewalls {
 public:
  void put(NodeIndex host, const Firewall& firewall) { walls_[host] = firewall; }
  void clear() noexcept {
    walls_.clear();
    open_.clear();
  }
  [[nodiscard]] bool empty() const noexcept { return walls_.empty(); }

  /// A datagram leaves `from`.
  void note_sent(NodeIndex from, NodeIndex to, swim::Instant now) {
    if (walls_.contains(from)) {
      open_[{from, to}] = now;
    }
  }
  /// One has come to `to`, and is let in or not.
  [[nodiscard]] bool refuses_datagram(NodeIndex from, NodeIndex to, swim::Instant now) {
    const auto wall = walls_.find(to);
    if (wall == walls_.end() || !wall->second.udp) {
      return false;
    }
    const auto way = open_.find({to, from});
    if (way == open_.end() || now - way->second > wall->second.remembers) {
      return true;
    }
    way->second = now;
    return false;
  }
  [[nodiscard]] bool refuses_dial(NodeIndex to) const {
    const auto wall = walls_.find(to);
    return wall != walls_.end() && wall->second.tcp;
  }

 private:
  std::map<NodeIndex, Firewall> walls_;
  std::map<std::pair<NodeIndex, NodeIndex>, swim::Instant> open_;  // from a host, to another: when last used
};

}  // namespace hearsay::sim
