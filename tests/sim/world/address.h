// Hosts are numbered; this is where number i can be reached.
#pragma once

#include <optional>

#include "sim/network.h"
#include "swim/endpoint.h"

namespace hearsay::sim {

inline constexpr std::size_t hosts_a_subnet = 250;
inline constexpr std::size_t hosts_max = 256 * hosts_a_subnet;

[[nodiscard]] inline swim::Endpoint address_on(std::uint8_t network, NodeIndex i) noexcept {
  return {swim::IpAddress::v4(10, network, static_cast<std::uint8_t>(i / hosts_a_subnet),
                              static_cast<std::uint8_t>(i % hosts_a_subnet + 1)),
          7946};
}
/// 10.0.x.y:7946
[[nodiscard]] inline swim::Endpoint host_address(NodeIndex i) noexcept {
  return address_on(0, i);
}
/// 10.1.x.y:7946: the same host hears what is sent there, and sends from the first.
[[nodiscard]] inline swim::Endpoint second_address(NodeIndex i) noexcept {
  return address_on(1, i);
}

/// Nothing if no number has that address.
[[nodiscard]] inline std::optional<NodeIndex> host_number(const swim::Endpoint& at) noexcept {
  const auto& b = at.ip.bytes();
  const NodeIndex i =
      std::to_integer<std::size_t>(b[14]) * hosts_a_subnet + std::to_integer<std::size_t>(b[15]) - 1;
  const bool known = i < hosts_max && (host_address(i) == at || second_address(i) == at);
  return known ? std::optional(i) : std::nullopt;
}

}  // namespace hearsay::sim
