// From addresses that people wrote to members of the cluster.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/gossip.h"
#include "agent/log.h"
#include "agent/net/resolver.h"
#include "agent/pending_commands.h"

namespace hearsay::agent {

/// Resolves, joins, and words what went wrong as Serf does.
class Joiner {
 public:
  /// `contacted` of all resolved addresses; the error is empty if that is more than none, else a
  /// list with a line for each address.
  using Done = std::function<void(std::size_t contacted, const std::string& error)>;

  Joiner(loop::Loop& loop, Gossip& gossip, PendingCommands& commands, Log& log)
      : loop_(&loop), gossip_(&gossip), commands_(&commands), log_(&log), resolver_(loop) {}

  /// Addresses as in net::parse_seed_address(); a port left out is our own. Every address of a name
  /// is contacted. `replay`: user events from before the join are wanted.
  void join(const std::vector<std::string>& addresses, bool replay, Done done);
  /// The same, with replay, for those of the addresses where no alive member is known to live; but not
  /// at an IP address that a member had who left. The error is empty if there are none, or none after
  /// this. In the log it is news only if the call before did not succeed without meeting anybody new.
  void join_missing(const std::vector<std::string>& addresses, Done done);
  /// Names that were not looked up because too many were waiting.
  [[nodiscard]] std::uint64_t lookups_refused() const noexcept { return resolver_.refused(); }

 private:
  struct Attempt;

  void begin(const std::shared_ptr<Attempt>& attempt, const std::vector<std::string>& addresses);
  void look_up(const std::shared_ptr<Attempt>& attempt, const std::string& text);
  /// Into the seeds, or into the errors if it is out of reach.
  void take_seed(Attempt& attempt, const swim::Endpoint& at);
  /// Those of join_missing() that need no joining.
  void drop_known(Attempt& attempt);
  void settle_link(const Attempt& attempt, bool contacted);
  void contact(const std::shared_ptr<Attempt>& attempt);
  void finish(Attempt& attempt, const swim::JoinDone& result);

  loop::Loop* loop_;
  Gossip* gossip_;
  PendingCommands* commands_;
  Log* log_;
  net::Resolver resolver_;
  LogLevel missing_level_ = LogLevel::info;  // what join_missing() is told at
};

/// "1 error occurred:" and the errors, a line each, as Serf's clients know it.
[[nodiscard]] std::string list_errors(const std::vector<std::string>& errors);
/// Such a list for a line of the log.
[[nodiscard]] std::string one_line(std::string errors);

}  // namespace hearsay::agent
