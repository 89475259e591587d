#include "agent/systemd/kept_sockets.h"

namespace hearsay::agent::systemd {

GivenSockets& KeptSockets::given_for(const swim::Endpoint& bind, unsigned link) {
  drop(given_.close_others(bind, link));
  return given_;
}

void KeptSockets::keep(int udp, int tcp) {
  drop(given_.close_rest());
  if (!given_.gave(GivenSockets::Kind::datagram)) {
    service_->keep("gossip-udp", udp);
  }
  if (!given_.gave(GivenSockets::Kind::listening)) {
    service_->keep("gossip-tcp", tcp);
  }
}

void KeptSockets::drop(const std::vector<GivenSockets::Unused>& sockets) {
  for (const GivenSockets::Unused& socket : sockets) {
    terminal_->heading(socket.text);
    service_->forget(socket.name);
  }
}

}  // namespace hearsay::agent::systemd
