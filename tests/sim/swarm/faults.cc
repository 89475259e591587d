#include "sim/swarm/faults.h"

#include <algorithm>
#include <array>

namespace hearsay::sim {

using namespace swim;
using namespace std::chrono_literals;

namespace {

/// A slow member is stopped for most of the time (Lifeguard's intervals are of that size).
constexpr Duration stopped_for = 1500ms;
constexpr Duration runs_for = 100ms;

}  // namespace

void Faults::schedule() {
  Network& network = fleet_.world().network();
  network.loss = plan_.weather.loss;
  network.duplicate = plan_.weather.duplicate;
  network.reorder = plan_.weather.reorder;
  network.corrupt = plan_.weather.corrupt;
  for (const Fault& fault : plan_.faults) {
    fleet_.world().later(fault.at, [this, &fault] { begin(fault); });
    if (fault.lasts != Fault::for_good) {
      fleet_.world().later(fault.at + fault.lasts, [this, &fault] { end(fault); });
    }
  }
}

void Faults::heal() {
  over_ = true;
  fleet_.world().network().clear_up();
  for (NodeIndex i = 0; i < fleet_.size(); ++i) {
    fleet_.resume(i);
  }
  fleet_.join_the_parted();
}

void Faults::say(const char* what, const Fault& fault) const {
  if (trace_ != nullptr) {
    const double at = std::chrono::duration<double>(fleet_.world().now().time_since_epoch()).count();
    std::fprintf(trace_, "%10.4f  %s %s", at, what, to_text(fault.kind));
    for (const NodeIndex i : fault.who) {
      std::fprintf(trace_, " n%zu", i);
    }
    std::fputc('\n', trace_);
  }
}

void Faults::begin(const Fault& fault) {
  if (over_) {
    return;
  }
  say("begins:", fault);
  Network& network = fleet_.world().network();
  if (fault.kind == FaultKind::storm) {
    network.loss = fault.much;
    return;
  }
  if (fault.kind == FaultKind::cut || fault.kind == FaultKind::cut_in || fault.kind == FaultKind::cut_out) {
    return cut(fault);
  }
  for (const NodeIndex i : fault.who) {
    strike(fault, i);
  }
}

void Faults::end(const Fault& fault) {
  if (over_) {
    return;
  }
  say("ends:  ", fault);
  Network& network = fleet_.world().network();
  switch (fault.kind) {
    case FaultKind::storm:
      network.loss = plan_.weather.loss;
      return;
    case FaultKind::cut:
    case FaultKind::cut_in:
    case FaultKind::cut_out:
      return network.heal();  // of all cuts: two at once end with the first
    default:
      for (const NodeIndex i : fault.who) {
        relieve(fault, i);
      }
  }
}

void Faults::strike(const Fault& fault, NodeIndex i) {
  World& world = fleet_.world();
  switch (fault.kind) {
    case FaultKind::crash:
      return fleet_.life(i) == Life::left ? void() : fleet_.crash(i);
    case FaultKind::power_off:
      return fleet_.life(i) == Life::left ? void() : fleet_.power_off(i);
    case FaultKind::leave:
      return fleet_.leave(i);
    case FaultKind::pause:
      return fleet_.pause(i);
    case FaultKind::slow:
      return stutter(i, world.process(i), world.now() + std::min<Duration>(fault.lasts, 1h));
    case FaultKind::lossy:
      return world.network().lose_at(i, fault.much, fault.much);
    default:
      return;
  }
}

void Faults::relieve(const Fault& fault, NodeIndex i) {
  switch (fault.kind) {
    case FaultKind::crash:
    case FaultKind::power_off:
    case FaultKind::leave:
      return fleet_.life(i) == Life::down || fleet_.life(i) == Life::left ? fleet_.start(i) : void();
    case FaultKind::pause:
      return fleet_.resume(i);
    case FaultKind::lossy:
      return fleet_.world().network().lose_at(i, 0, 0);
    default:
      return;  // slow ends by itself
  }
}

void Faults::stutter(NodeIndex i, std::uint64_t process, Instant until) {
  World& world = fleet_.world();
  if (over_ || world.now() >= until || !world.up(i) || world.process(i) != process) {
    return;
  }
  fleet_.pause(i);
  world.later(stopped_for, [this, i, process, until] {
    if (fleet_.world().process(i) == process) {
      fleet_.resume(i);
      fleet_.world().later(runs_for, [this, i, process, until] { stutter(i, process, until); });
    }
  });
}

void Faults::cut(const Fault& fault) {
  Network& network = fleet_.world().network();
  for (const NodeIndex i : fault.who) {
    for (NodeIndex other = 0; other < fleet_.size(); ++other) {
      if (std::ranges::binary_search(fault.who, other)) {
        continue;
      }
      if (fault.kind != FaultKind::cut_in) {
        network.cut_one_way(i, other);
      }
      if (fault.kind != FaultKind::cut_out) {
        network.cut_one_way(other, i);
      }
    }
  }
}

}  // namespace hearsay::sim
