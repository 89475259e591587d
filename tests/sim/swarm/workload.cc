#include "sim/swarm/workload.h"

#include <string>
#include <utility>

namespace hearsay::sim {

using namespace swim;

void Workload::begin(Duration every) {
  if (every > Duration::zero()) {
    work(every);
  }
}

void Workload::work(Duration every) {
  if (over_) {
    return;
  }
  const NodeIndex i = random_.below(static_cast<std::uint32_t>(fleet_.size()));
  if (fleet_.life(i) == Life::up && !fleet_.world().paused(i)) {
    do_one(i);
  }
  fleet_.world().later(every, [this, every] { work(every); });
}

void Workload::dismiss_one(NodeIndex i) {
  const NodeIndex whom = random_.below(static_cast<std::uint32_t>(fleet_.size()));
  const bool prune = random_.below(3) == 0;
  if (fleet_.life(whom) == Life::down) {
    fleet_.force_leave(i, whom, prune);
  }
}

void Workload::do_one(NodeIndex i) {
  const std::string number = std::to_string(++done_);
  switch (random_.below(5)) {
    case 0:
      fleet_.send_event(i, "event " + number);
      return;
    case 1:
      fleet_.query(i, "query " + number);
      return;
    case 2:
      return dismiss_one(i);
    case 3:
      return fleet_.set_tags(i, {{"version", number}});
    default: {
      std::string long_one(random_.below(400), 'x');
      return fleet_.set_tags(i, {{"version", number}, {"text", std::move(long_one)}});
    }
  }
}

}  // namespace hearsay::sim
