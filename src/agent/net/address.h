// Addresses as people write them. The only parser and printer of them in the project.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "swim/endpoint.h"

namespace hearsay::agent::net {

/// What stood in the text; `host` is a name or a literal, without brackets, and may be empty for
/// "all addresses" (":7946").
struct Address {
  std::string node;  // "a" in "a/10.0.0.1:7946", else empty
  std::string host;
  std::optional<std::uint16_t> port;
};

/// `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 literal. The error names what is wrong,
/// without the text itself: "port 70000 is not between 0 and 65535".
[[nodiscard]] tl::expected<Address, std::string> parse_address(std::string_view text);
/// The same after an optional `node/`.
[[nodiscard]] tl::expected<Address, std::string> parse_seed_address(std::string_view text);

/// Only literals; a zone ("%eth0") is none.
[[nodiscard]] std::optional<swim::IpAddress> parse_ip(std::string_view text);

/// "10.0.0.1", "fe80::1".
[[nodiscard]] std::string format_ip(const swim::IpAddress& ip);
/// "10.0.0.1:7946", "[fe80::1]:7946".
[[nodiscard]] std::string format_endpoint(const swim::Endpoint& endpoint);

}  // namespace hearsay::agent::net
