// Addresses as people write them. The only parser and printer of them in the project.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "swim/endpoint.h"

namespace hearsay::agent::net {

/// What stood in the text. `host` is a name or a literal, without brackets, and may be empty for "all
/// addresses" (":7946").
struct Address {
  std::string node;                         // "a" in "a/10.0.0.1:7946", else empty
  std::string host;                         // "fe80::1" in "[fe80::1%eth0]:7946"
  std::string zone;                         // "eth0" in the same; only beside an IPv6 literal
  std::optional<std::uint8_t> prefix = {};  // 8 in "10.0.0.0/8"; only from parse_own_address()
  std::optional<std::uint16_t> port = {};
};

/// `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 literal; every IPv6 literal may be followed
/// by `%zone`, the interface it is to be reached by. The error names what is wrong, without the text
/// itself: "port 70000 is not between 0 and 65535".
[[nodiscard]] tl::expected<Address, std::string> parse_address(std::string_view text);
/// The same after an optional `node/`.
[[nodiscard]] tl::expected<Address, std::string> parse_seed_address(std::string_view text);
/// For an address of this host: the same, where a literal may be followed by `/prefix`, as in
/// `10.0.0.0/8:7946`. That the host may also be the name of an interface is not this parser's to know.
[[nodiscard]] tl::expected<Address, std::string> parse_own_address(std::string_view text);

/// Only literals; a zone ("%eth0") is none.
[[nodiscard]] std::optional<swim::IpAddress> parse_ip(std::string_view text);

/// "10.0.0.1", "fe80::1".
[[nodiscard]] std::string format_ip(const swim::IpAddress& ip);
/// "10.0.0.1:7946", "[fe80::1]:7946".
[[nodiscard]] std::string format_endpoint(const swim::Endpoint& endpoint);

}  // namespace hearsay::agent::net
