// Hosts are numbered; this is where number i can be reached.
#pragma once

#include <optional>

#include "sim/network.h"
#include "swim/endpoint.h"

namespace hearsay::sim {

inline constexpr std::size_t hosts_a_subnet = 250;
inline constexpr std::size_t hosts_max = 256 * hosts_a_subnet;

/// 10.0.x.y:7946
[[nodiscard]] inline swim::Endpoint host_address(NodeIndex i) noexcept {
  return {swim::IpAddress::v4(10, 0, static_cast<std::uint8_t>(i / hosts_a_subnet),
                              static_cast<std::uint8_t>(i % hosts_a_subnet + 1)),
          7946};
}

/// Nothing if no number has that address.
[[nodiscard]] inline std::optional<NodeIndex> host_number(const swim::Endpoint& at) noexcept {
  const auto& b = at.ip.bytes();
  const NodeIndex i =
      std::to_integer<std::size_t>(b[14]) * hosts_a_subnet + std::to_integer<std::size_t>(b[15]) - 1;
  return i < hosts_max && host_address(i) == at ? std::optional(i) : std::nullopt;
}

}  // namespace hearsay::sim
