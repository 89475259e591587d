// The addresses of this host.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "swim/endpoint.h"

namespace hearsay::agent::net {

struct InterfaceAddress {
  std::string interface;
  swim::IpAddress ip;
};

/// Of the interfaces that are up, in the kernel's order.
[[nodiscard]] std::vector<InterfaceAddress> interface_addresses();
/// Of the interface of that name, or with that number as text; 0 if there is none.
[[nodiscard]] unsigned interface_index(const std::string& name);

/// Self-assigned: 169.254.0.0/16 or fe80::/10.
[[nodiscard]] bool is_link_local(const swim::IpAddress& ip) noexcept;
/// Of a network that is nobody's on the Internet: 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7.
[[nodiscard]] bool is_private(const swim::IpAddress& ip) noexcept;

/// What to advertise when bound to every address: a private address, IPv4 before IPv6, the one of
/// the interface with the default route first.
[[nodiscard]] std::optional<swim::IpAddress> choose_private(const std::vector<InterfaceAddress>& addresses,
                                                            const std::string& default_interface);
/// The interface of the IPv4 default route; empty if there is none.
[[nodiscard]] std::string default_route_interface();

}  // namespace hearsay::agent::net
