// Joins that nobody waits for: -retry-join, and the members a snapshot remembers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/backoff.h"
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
    bool backs_off = false;         // else the interval stays, as Serf's does
    std::int64_t attempts_max = 0;  // 0: no limit
  };

  struct Outcome {
    std::function<void()> joined;
    std::function<void()> given_up;  // attempts_max retries have failed too
  };
  RetryJoin(loop::Loop& loop, Joiner& joiner, Log& log, Plan plan, Outcome outcome);
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
  Outcome outcome_;
  Backoff backoff_;
  std::int64_t failures_ = 0;
  bool stopped_ = false;
  loop::Timer timer_;
};

/// Tries remembered members one by one, in random order, until one answers. When none has, all again
/// after a while, and so on until this node knows somebody. What they have sent since this node was last
/// here is wanted: the clocks of the snapshot say from when on.
class Rejoin {
 public:
  /// `own`: what this node is configured as. Its name and its address are not tried.
  Rejoin(loop::Loop& loop, Gossip& gossip, Joiner& joiner, Log& log, const state::SnapshotContents& contents,
         const swim::Config& own, std::chrono::nanoseconds first_wait = std::chrono::seconds(30));
  void start() { begin_round(); }
  /// No further try.
  void stop();

 private:
  [[nodiscard]] bool knows_somebody() const;
  void begin_round();
  void next();
  void end_round();

  Gossip* gossip_;
  Joiner* joiner_;
  Log* log_;
  std::vector<std::string> addresses_;
  std::vector<std::string> untried_;  // of this round; the last is tried next
  Backoff backoff_;
  bool stopped_ = false;
  loop::Timer timer_;
};

}  // namespace hearsay::agent
