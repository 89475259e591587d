// Which of this host's addresses -bind, -advertise and -rpc-addr mean.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/net/address.h"
#include "agent/net/interfaces.h"

namespace hearsay::agent::net {

struct OwnAddress {
  swim::IpAddress ip;
  unsigned link = 0;  // index of its interface, where the address is IPv6 link-local
};

/// A literal is itself; a prefix is the first of `addresses` in it; the name of an interface is its
/// first address, IPv4 before IPv6, link-local last. Nothing: the host is none of these, so a name to
/// look up. The error says what the host lacks: "no address of this host is in 10.0.0.0/8".
[[nodiscard]] tl::expected<std::optional<OwnAddress>, std::string> find_own_address(
    const Address& address, const std::vector<InterfaceAddress>& addresses);

}  // namespace hearsay::agent::net
