// The addresses that this agent joined by, watched for as long as it runs
// (docs/decisions/0011-graveyard.md).
#pragma once

#include <string>
#include <vector>

#include "agent/backoff.h"
#include "agent/joiner.h"
#include "agent/loop/timer.h"

namespace hearsay::agent {

/// Looks now and then whether an alive member lives at every address of every seed, and joins where
/// none does: so a cluster that was parted, or a seed that has lost everybody, is found again however
/// long that took. An IP address that a member had who left is let be: another cluster may live there now.
/// Names are looked up anew each time. User events of before are wanted: what the others have sent in the
/// meantime is news here.
class SeedWatch {
 public:
  /// While all seeds are members a look comes every Backoff::most_by_default or so, else after waits
  /// that grow from `first` to that.
  static constexpr std::chrono::nanoseconds first_by_default = std::chrono::seconds(30);

  struct Times {
    std::chrono::nanoseconds first = first_by_default;
    std::chrono::nanoseconds most = Backoff::most_by_default;
  };

  SeedWatch(loop::Loop& loop, Joiner& joiner, Times times);
  /// Takes over seeds that have been joined by others. Without effect after stop().
  void watch(const std::vector<std::string>& addresses);
  /// No further look.
  void stop();

 private:
  void look();

  Joiner* joiner_;
  Times times_;
  std::vector<std::string> addresses_;
  Backoff backoff_;
  bool stopped_ = false;
  loop::Timer timer_;
};

}  // namespace hearsay::agent
