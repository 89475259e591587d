#include "agent/loop/socket_address.h"

#include <cstring>

namespace hearsay::agent::loop {

SocketAddress to_mapped_socket_address(const swim::Endpoint& endpoint, unsigned link) noexcept {
  SocketAddress out;
  out.v6 = {};
  out.v6.sin6_family = AF_INET6;
  out.v6.sin6_port = htons(endpoint.port);
  std::memcpy(&out.v6.sin6_addr, endpoint.ip.bytes().data(), endpoint.ip.bytes().size());
  if (endpoint.ip.is_v6_link_local()) {
    out.v6.sin6_scope_id = link;
  }
  return out;
}

SocketAddress to_socket_address(const swim::Endpoint& endpoint, unsigned link) noexcept {
  if (!endpoint.ip.is_v4()) {
    return to_mapped_socket_address(endpoint, link);
  }
  SocketAddress out;
  out.v4 = {};
  out.v4.sin_family = AF_INET;
  out.v4.sin_port = htons(endpoint.port);
  std::memcpy(&out.v4.sin_addr, endpoint.ip.wire().data(), endpoint.ip.wire().size());
  return out;
}

std::optional<swim::Endpoint> to_endpoint(const sockaddr& address) noexcept {
  // Copied out: what the caller points at may be typed as any of the sockaddr family.
  const auto read = [&](const void* bytes, std::size_t size,
                        in_port_t port) -> std::optional<swim::Endpoint> {
    const auto ip = swim::IpAddress::from_wire({static_cast<const std::byte*>(bytes), size});
    if (!ip) {
      return std::nullopt;
    }
    return swim::Endpoint{.ip = *ip, .port = ntohs(port)};
  };
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof(v4));
    return read(&v4.sin_addr, sizeof(v4.sin_addr), v4.sin_port);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof(v6));
    return read(&v6.sin6_addr, sizeof(v6.sin6_addr), v6.sin6_port);
  }
  return std::nullopt;
}

}  // namespace hearsay::agent::loop
