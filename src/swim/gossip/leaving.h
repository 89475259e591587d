// Going, so that everybody knows it was meant (proto/serf.md, "Leaving").
#pragma once

#include <cstdint>
#include <string_view>

#include "swim/event.h"
#include "swim/gossip/rumor_queue.h"
#include "swim/time.h"

namespace hearsay::swim {

struct Step;

/// intent told -> passed on by others -> goodbye told -> a while for it to spread -> done. Each phase ends
/// in time or when its time is over; the node answers all along.
struct Leaving {
  enum class Stage : std::uint8_t { staying, intent, intent_spreading, goodbye, spreading, gone };

  Stage stage = Stage::staying;
  CommandId command = 0;
  RumorWatch watch = unwatched;
  Instant deadline = never;
  Instant goodbye_not_before = never;
  bool timed_out = false;
};

/// False if this node is leaving already.
bool begin_leave(Step& step, CommandId command);
/// The leave intent of another member that has failed, on behalf of whoever ordered it.
void begin_force_leave(Step& step, CommandId command, std::string_view name, bool prune);
void run_leaving(Step& step);
void leave_rumor_told(Step& step, RumorWatch watch);

}  // namespace hearsay::swim
