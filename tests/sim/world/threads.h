// Which parts of a paused process wait: for programs that are more than one thread.
#pragma once

#include "swim/node.h"
#include "swim/output.h"
#include "swim/time.h"

namespace hearsay::sim {

/// A process that blocks where it sends or receives. Our agent is one thread, so all of it waits as soon as
/// one part does. memberlist's prober, gossip and push/pull are a goroutine each, and wait one by one; its
/// suspicions send nothing when they run out, and never wait.
class Threads {
 public:
  /// `several`: as memberlist, else as our agent.
  explicit Threads(bool several = false) noexcept : several_(several) {}

  /// When the next part that does not wait yet wants to run; `never` if there is none.
  [[nodiscard]] swim::Instant next_deadline(swim::Node& node) const;
  /// Runs what is due of those parts. Whatever has then something to send waits from now on.
  void run(swim::Node& node, swim::Instant now, swim::Output& out);
  /// Something came in.
  void received() noexcept { reader_waits_ = true; }

 private:
  [[nodiscard]] bool all_waits() const noexcept {
    return !several_ && (prober_waits_ || gossip_waits_ || push_pull_waits_ || reader_waits_);
  }

  bool several_;
  bool prober_waits_ = false;
  bool gossip_waits_ = false;
  bool push_pull_waits_ = false;
  bool reader_waits_ = false;
};

}  // namespace hearsay::sim
