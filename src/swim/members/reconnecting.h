// Failed members are dialled for as long as they are remembered, in case they are back
// (proto/serf.md, "Failure bookkeeping").
#pragma once

#include "swim/time.h"

namespace hearsay::swim {

struct Step;

/// About one dial for each failed member, whoever of the living makes it: an interval after its failure
/// (SerfTiming::reconnect_interval), then after twice as long each time, up to reconnect_wait_max. How
/// long it has failed is all there is to know for that, so the living need not agree on anything.
struct Reconnecting {
  Instant next_look;
  double due = 0.0;  // of a dial: each look adds this node's part, and at 1 it is made
};

void run_reconnecting(Step& step);

}  // namespace hearsay::swim
