#include "sim/world/threads.h"

#include <algorithm>

#include "swim/core.h"
#include "swim/members/push_pull.h"
#include "swim/outbox.h"

namespace hearsay::sim {

using namespace swim;

namespace {

/// Has one part do what is due. True: it waits from now on, with something to send.
bool waits_after(Step& step, void (*part)(Step&)) {
  const std::size_t before = step.out.datagrams.size() + step.out.streams.size();
  part(step);
  return step.out.datagrams.size() + step.out.streams.size() > before;
}

}  // namespace

Instant Threads::next_deadline(Node& node) const {
  const Core& core = node.core();
  if (all_waits()) {
    return never;
  }
  if (!several_) {
    return node.next_deadline();
  }
  return std::min(
      {prober_waits_ ? never : core.prober.next_deadline(), gossip_waits_ ? never : next_gossip(core),
       push_pull_waits_ || !core.has_peers() ? never : next_exchange(core), core.suspicions.next_deadline()});
}

void Threads::run(Node& node, Instant now, Output& out) {
  if (!several_) {
    node.tick(now, out);
    prober_waits_ = !out.datagrams.empty() || !out.streams.empty();
    return;
  }
  Step step{node.core(), now, out};
  prober_waits_ = prober_waits_ || waits_after(step, run_prober);
  run_suspicions(step);
  push_pull_waits_ = push_pull_waits_ || waits_after(step, run_push_pull);
  gossip_waits_ = gossip_waits_ || waits_after(step, run_gossip);
}

}  // namespace hearsay::sim
