#include "agent/config/check_discovery.h"

#include "agent/config/quote.h"
#include "agent/net/interfaces.h"

namespace hearsay::agent {

/// In Serf's words where it has any.
Checked check_discovery(Settings& s) {
  const Config& c = s.given;
  const std::string& interface = c.mdns_interface.empty() ? c.interface : c.mdns_interface;
  const unsigned index = interface.empty() ? 0 : net::interface_index(interface);
  if (c.discover.empty() && !c.mdns_interface.empty()) {
    return mistake("mDNS interface specified without enabling mDNS discovery: add -discover or remove " +
                   c.origin("mdns.interface"));
  }
  if (c.discover.empty()) {
    return {};
  }
  if (index == 0 && !interface.empty()) {
    return mistake("Invalid mDNS network interface " + quote(interface) + " (" + c.origin("mdns.interface") +
                   "): there is none of that name");
  }
  if (c.mdns_disable_ipv4 && c.mdns_disable_ipv6) {
    return mistake("Invalid mDNS configuration: both IPv4 and IPv6 are disabled; remove " +
                   c.origin("mdns.disable_ipv4") + " or " + c.origin("mdns.disable_ipv6"));
  }
  s.discovery = mdns::Scope{.interface = index, .v4 = !c.mdns_disable_ipv4, .v6 = !c.mdns_disable_ipv6};
  return {};
}

}  // namespace hearsay::agent
