// Where an RPC client dials, from what a user wrote.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace hearsay::agent::rpc {

inline constexpr std::uint16_t default_port = 7373;

struct Target {
  std::string host;  // a name or a literal; empty: this machine
  std::string zone;  // the interface of an IPv6 literal
  std::uint16_t port = default_port;
};

/// Whose rules an address is read by, and whose words say what is wrong with it.
enum class AddressRules : std::uint8_t {
  ours,   // net::parse_address(); the port is 7373 if left out
  serfs,  // those of Go's net.Dial: a port is a must, and may be the name of a service
};

/// The error is one line: "dial tcp: address a:b:1: too many colons in address".
[[nodiscard]] tl::expected<Target, std::string> read_target(std::string_view text, AddressRules rules);

}  // namespace hearsay::agent::rpc
