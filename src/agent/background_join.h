// Joins that nobody waits for: -retry-join, and the members a snapshot remembers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/joiner.h"
#include "agent/loop/timer.h"
#include "agent/state/snapshot_file.h"

namespace hearsay::agent {

/// Joins until it has worked once.
class RetryJoin {
 public:
  struct Plan {
    std::vector<std::string> addresses;
    bool replay = false;
    std::chrono::nanoseconds interval;
    std::int64_t attempts_max = 0;  // 0: no limit
  };

  /// `give_up` is called when attempts_max retries have failed too.
  RetryJoin(loop::Loop& loop, Joiner& joiner, Log& log, Plan plan, std::function<void()> give_up);
  /// The first attempt; none if there are no addresses.
  void start();
  /// No further attempt, and no giving up: what runs is not waited for.
  void stop();

 private:
  void attempt();
  void failed(const std::string& error);

  Joiner* joiner_;
  Log* log_;
  Plan plan_;
  std::function<void()> give_up_;
  std::int64_t failures_ = 0;
  bool stopped_ = false;
  loop::Timer timer_;
};

/// Tries remembered members one by one, in random order, until one answers. Events are replayed: those up to
/// the snapshot's clock are too old, and the rest came while the agent was down.
class Rejoin {
 public:
  /// Without `self`.
  Rejoin(Joiner& joiner, Log& log, const state::SnapshotContents& contents, std::string_view self);
  void start() { next(); }
  /// No further try.
  void stop() { stopped_ = true; }

 private:
  void next();

  Joiner* joiner_;
  Log* log_;
  std::vector<std::string> addresses_;  // the last is tried next
  bool tried_ = false;
  bool stopped_ = false;
};

}  // namespace hearsay::agent
