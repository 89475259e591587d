// The gossip sockets' life beyond the agent's: taken over from the service manager, and left with it.
#pragma once

#include <vector>

#include "agent/systemd/given_sockets.h"
#include "agent/systemd/service.h"
#include "agent/terminal.h"

namespace hearsay::agent::systemd {

class KeptSockets {
 public:
  /// `terminal` and `service` outlive it.
  KeptSockets(Terminal& terminal, Service& service, GivenSockets given)
      : terminal_(&terminal), service_(&service), given_(std::move(given)) {}

  /// What the manager gave for that address, to be opened (GivenSockets::open); here as long as this. Sockets
  /// of other addresses are closed with a warning, and forgotten by the manager.
  GivenSockets& given_for(const swim::Endpoint& bind, unsigned link);

  /// Leaves the sockets that gossip runs on, which stay the caller's, with the manager unless it has them
  /// already: so that nothing that is sent to this agent is lost while it restarts. What it gave beyond them
  /// is closed and forgotten.
  void keep(int udp, int tcp);

 private:
  void drop(const std::vector<GivenSockets::Unused>& sockets);

  Terminal* terminal_;
  Service* service_;
  GivenSockets given_;
};

}  // namespace hearsay::agent::systemd
