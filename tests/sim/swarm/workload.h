// What users do meanwhile: change tags, send events, ask, and dismiss who is down.
#pragma once

#include "sim/fleet.h"

namespace hearsay::sim {

class Workload {
 public:
  Workload(Fleet& fleet, std::uint64_t seed) : fleet_(fleet), random_(seed) {}

  /// From now on somebody does something every so often; zero: nobody does.
  void begin(swim::Duration every);
  void end() { over_ = true; }

 private:
  void work(swim::Duration every);
  void do_one(NodeIndex i);
  void dismiss_one(NodeIndex i);

  Fleet& fleet_;
  swim::Random random_;
  std::uint64_t done_ = 0;
  bool over_ = false;
};

}  // namespace hearsay::sim
