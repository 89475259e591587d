#include "agent/net/own_address.h"

#include <algorithm>

namespace hearsay::agent::net {
namespace {

using Found = tl::expected<std::optional<OwnAddress>, std::string>;

bool is_in(const swim::IpAddress& ip, const swim::IpAddress& network, unsigned prefix) noexcept {
  if (ip.is_v4() != network.is_v4()) {
    return false;
  }
  const swim::Bytes a = ip.wire();
  const swim::Bytes b = network.wire();
  for (unsigned bit = 0; bit < prefix; bit += 8) {
    const unsigned checked = std::min(prefix - bit, 8U);
    const auto mask = static_cast<std::byte>(0xff00U >> checked);
    if (((a[bit / 8] ^ b[bit / 8]) & mask) != std::byte{}) {
      return false;
    }
  }
  return true;
}

OwnAddress own(const InterfaceAddress& address) {
  return {.ip = address.ip, .link = address.ip.is_v6_link_local() ? interface_index(address.interface) : 0};
}

Found find_in_prefix(const Address& address, const swim::IpAddress& network,
                     const std::vector<InterfaceAddress>& addresses) {
  const auto found = std::ranges::find_if(addresses, [&](const InterfaceAddress& candidate) {
    const bool right_link = address.zone.empty() || candidate.interface == address.zone;
    return right_link && is_in(candidate.ip, network, *address.prefix);
  });
  if (found == addresses.end()) {
    return tl::unexpected("no address of this host is in " + address.host + "/" +
                          std::to_string(*address.prefix));
  }
  return own(*found);
}

Found find_literal(const Address& address, const swim::IpAddress& ip,
                   const std::vector<InterfaceAddress>& addresses) {
  if (!address.zone.empty()) {
    const unsigned link = interface_index(address.zone);
    if (link == 0) {
      return tl::unexpected("there is no interface " + address.zone);
    }
    return OwnAddress{.ip = ip, .link = link};
  }
  if (!ip.is_v6_link_local()) {
    return OwnAddress{.ip = ip};
  }
  const auto found = std::ranges::find(addresses, ip, &InterfaceAddress::ip);
  if (found == addresses.end()) {
    return tl::unexpected("no interface of this host has this link-local address; name one as in " +
                          address.host + "%eth0");
  }
  return own(*found);
}

/// The better choice first.
int rank(const swim::IpAddress& ip) noexcept {
  return (is_link_local(ip) ? 2 : 0) + (ip.is_v4() ? 0 : 1);
}

Found find_of_interface(const std::string& name, const std::vector<InterfaceAddress>& addresses) {
  const InterfaceAddress* best = nullptr;
  for (const InterfaceAddress& candidate : addresses) {
    if (candidate.interface == name && (best == nullptr || rank(candidate.ip) < rank(best->ip))) {
      best = &candidate;
    }
  }
  if (best == nullptr) {
    return tl::unexpected("interface " + name + " is down or has no address");
  }
  return own(*best);
}

}  // namespace

Found find_own_address(const Address& address, const std::vector<InterfaceAddress>& addresses) {
  if (const auto ip = parse_ip(address.host)) {
    return address.prefix ? find_in_prefix(address, *ip, addresses) : find_literal(address, *ip, addresses);
  }
  const bool is_number = address.host.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number && interface_index(address.host) != 0) {
    return find_of_interface(address.host, addresses);
  }
  return std::nullopt;
}

}  // namespace hearsay::agent::net
