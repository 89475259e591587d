#include "agent/net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace hearsay::agent::net {
namespace {

tl::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc::result_out_of_range) {
    return tl::unexpected("port " + std::string(text) + " is not between 0 and 65535");
  }
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return tl::unexpected("port \"" + std::string(text) + "\" is not a number");
  }
  return port;
}

tl::expected<Address, std::string> with_port(std::string_view host, std::string_view port) {
  return parse_port(port).map(
      [&](std::uint16_t number) { return Address{.node = {}, .host = std::string(host), .port = number}; });
}

tl::expected<Address, std::string> without_port(std::string_view host) {
  return Address{.node = {}, .host = std::string(host), .port = std::nullopt};
}

tl::expected<Address, std::string> parse_bracketed(std::string_view text) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) {
    return tl::unexpected(std::string("missing ']'"));
  }
  const std::string_view host = text.substr(1, end - 1);
  const std::string_view rest = text.substr(end + 1);
  if (rest.empty()) {
    return without_port(host);
  }
  if (rest.front() != ':') {
    return tl::unexpected(std::string("only a port may follow ']'"));
  }
  return with_port(host, rest.substr(1));
}

}  // namespace

tl::expected<Address, std::string> parse_address(std::string_view text) {
  if (text.empty()) {
    return tl::unexpected(std::string("the address is empty"));
  }
  if (text.front() == '[') {
    return parse_bracketed(text);
  }
  const auto colons = std::ranges::count(text, ':');
  if (colons == 0) {
    return without_port(text);
  }
  if (colons == 1) {
    const std::size_t colon = text.find(':');
    return with_port(text.substr(0, colon), text.substr(colon + 1));
  }
  if (parse_ip(text)) {
    return without_port(text);
  }
  return tl::unexpected(
      std::string("too many colons; an IPv6 address with a port is written [address]:port"));
}

tl::expected<Address, std::string> parse_seed_address(std::string_view text) {
  const std::size_t slash = text.rfind('/');  // a name may hold one, an address cannot
  if (slash == 0) {
    return tl::unexpected(std::string("the node name before '/' is empty"));
  }
  if (slash == std::string_view::npos) {
    return parse_address(text);
  }
  return parse_address(text.substr(slash + 1)).map([&](Address address) {
    address.node = text.substr(0, slash);
    return address;
  });
}

std::optional<swim::IpAddress> parse_ip(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.empty() || text.size() >= terminated.size()) {
    return std::nullopt;
  }
  std::ranges::copy(text, terminated.begin());
  std::array<std::byte, 16> bytes{};
  if (::inet_pton(AF_INET, terminated.data(), bytes.data()) == 1) {
    return swim::IpAddress::from_wire(swim::Bytes(bytes).first(4));
  }
  if (::inet_pton(AF_INET6, terminated.data(), bytes.data()) == 1) {
    return swim::IpAddress::v6(bytes);
  }
  return std::nullopt;
}

std::string format_ip(const swim::IpAddress& ip) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(ip.is_v4() ? AF_INET : AF_INET6, ip.wire().data(), text.data(), text.size());
}

std::string format_endpoint(const swim::Endpoint& endpoint) {
  const std::string host = format_ip(endpoint.ip);
  const std::string port = ":" + std::to_string(endpoint.port);
  return endpoint.ip.is_v4() ? host + port : "[" + host + "]" + port;
}

}  // namespace hearsay::agent::net
