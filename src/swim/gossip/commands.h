// Verbs that end later: when a rumor has been told, when all seeds have answered.
#pragma once

#include <map>
#include <vector>

#include "swim/event.h"
#include "swim/gossip/rumor_queue.h"
#include "swim/node.h"
#include "swim/time.h"

namespace hearsay::swim {

struct Step;

struct PendingCommands {
  struct Told {  // waits for a rumor's end, but not for ever
    RumorWatch watch;
    CommandId command;
    Instant deadline;
  };
  struct Join {
    std::vector<Seed> seeds;
    std::size_t next_seed = 0;
    std::size_t dialling = 0;
    bool ignore_old_events = true;
    JoinDone result;
  };
  std::vector<Told> told;
  std::map<CommandId, Join> joins;
  RumorWatch last_watch = unwatched;

  RumorWatch next_watch() noexcept {
    if (++last_watch == unwatched) {
      ++last_watch;
    }
    return last_watch;
  }
  [[nodiscard]] Instant next_deadline() const noexcept;
};

/// Completes `command` when the rumor has been told, or when its time is over.
void complete_when_told(Step& step, CommandId command, RumorWatch watch);
/// Passes on the ends of rumors since the last call.
void settle_ended_rumors(Step& step);
void run_commands(Step& step);

}  // namespace hearsay::swim
