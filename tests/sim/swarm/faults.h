// Does to a fleet what a plan says, and makes it good again.
#pragma once

#include <cstdio>

#include "sim/fleet.h"
#include "sim/swarm/plan.h"

namespace hearsay::sim {

class Faults {
 public:
  /// `trace`: tells each as it begins and ends; or null. The plan must outlive this.
  Faults(Fleet& fleet, const Plan& plan, std::FILE* trace) : fleet_(fleet), plan_(plan), trace_(trace) {}

  /// Has all of them happen, counted from now.
  void schedule();
  /// Ends all that are under way, and none begins any more. Who is down stays down.
  void heal();

 private:
  void begin(const Fault& fault);
  void end(const Fault& fault);
  void strike(const Fault& fault, NodeIndex i);
  void relieve(const Fault& fault, NodeIndex i);
  void stutter(NodeIndex i, std::uint64_t process, swim::Instant until);
  void cut(const Fault& fault);
  void say(const char* what, const Fault& fault) const;

  Fleet& fleet_;
  const Plan& plan_;
  std::FILE* trace_;
  bool over_ = false;
};

}  // namespace hearsay::sim
