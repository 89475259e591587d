// swim::Endpoint <-> the kernel's socket addresses.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "swim/endpoint.h"

namespace hearsay::agent::loop {

/// Room for either family, without the 100 spare bytes of sockaddr_storage.
union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;

  [[nodiscard]] socklen_t size() const noexcept {
    return any.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  }
};

/// An IPv4 endpoint becomes AF_INET, any other AF_INET6. `link`, see Loop::link(), is where a link-local
/// IPv6 address is; others do without.
[[nodiscard]] SocketAddress to_socket_address(const swim::Endpoint& endpoint, unsigned link) noexcept;
/// For a socket of AF_INET6 that is to reach IPv4 too: AF_INET6 always, IPv4 in its mapped form.
[[nodiscard]] SocketAddress to_mapped_socket_address(const swim::Endpoint& endpoint, unsigned link) noexcept;
/// Nothing if the family is neither AF_INET nor AF_INET6.
[[nodiscard]] std::optional<swim::Endpoint> to_endpoint(const sockaddr& address) noexcept;

}  // namespace hearsay::agent::loop
