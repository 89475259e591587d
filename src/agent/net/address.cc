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

enum class Prefix : std::uint8_t { refused, allowed };

/// Cuts what follows `mark` off `text`; nothing if there is none.
std::optional<std::string_view> cut_after(std::string_view& text, char mark) noexcept {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view tail = text.substr(at + 1);
  text = text.substr(0, at);
  return tail;
}

tl::expected<std::uint8_t, std::string> parse_prefix(std::string_view text, const swim::IpAddress& network) {
  const unsigned most = network.is_v4() ? 32 : 128;
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || bits > most) {
    return tl::unexpected("prefix \"" + std::string(text) + "\" is not a number between 0 and " +
                          std::to_string(most));
  }
  return static_cast<std::uint8_t>(bits);
}

/// What stands before the port, without brackets.
tl::expected<Address, std::string> parse_host(std::string_view host, Prefix allowed) {
  const auto prefix = allowed == Prefix::allowed ? cut_after(host, '/') : std::nullopt;
  const auto zone = cut_after(host, '%');
  const auto ip = parse_ip(host);
  Address out{.node = {}, .host = std::string(host), .zone = std::string(zone.value_or(""))};
  if (zone && (!ip || host.find(':') == std::string_view::npos)) {
    return tl::unexpected(std::string("only an IPv6 address takes a zone ('%')"));
  }
  if (zone && zone->empty()) {
    return tl::unexpected(std::string("the zone after '%' is empty"));
  }
  if (!prefix) {
    return out;
  }
  if (!ip) {
    return tl::unexpected(std::string("only an IP address takes a prefix ('/')"));
  }
  return parse_prefix(*prefix, *ip).map([&](std::uint8_t bits) {
    out.prefix = bits;
    return out;
  });
}

tl::expected<Address, std::string> with_port(std::string_view host, std::string_view port, Prefix allowed) {
  return parse_host(host, allowed).and_then([&](Address address) {
    return parse_port(port).map([&](std::uint16_t number) {
      address.port = number;
      return address;
    });
  });
}

tl::expected<Address, std::string> parse_bracketed(std::string_view text, Prefix allowed) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) {
    return tl::unexpected(std::string("missing ']'"));
  }
  const std::string_view host = text.substr(1, end - 1);
  const std::string_view rest = text.substr(end + 1);
  if (host.empty()) {
    return tl::unexpected(std::string("there is no address between '[' and ']'"));
  }
  if (rest.empty()) {
    return parse_host(host, allowed);
  }
  if (rest.front() != ':') {
    return tl::unexpected(std::string("only a port may follow ']'"));
  }
  return with_port(host, rest.substr(1), allowed);
}

tl::expected<Address, std::string> parse(std::string_view text, Prefix allowed) {
  if (text.empty()) {
    return tl::unexpected(std::string("the address is empty"));
  }
  if (text.front() == '[') {
    return parse_bracketed(text, allowed);
  }
  // Behind a prefix a colon is no part of the address any more.
  const std::size_t slash = allowed == Prefix::allowed ? text.find('/') : std::string_view::npos;
  const std::string_view countable = slash == std::string_view::npos ? text : text.substr(slash);
  const auto colons = std::ranges::count(countable, ':');
  if (colons == 0) {
    return parse_host(text, allowed);
  }
  if (colons == 1) {
    const std::size_t colon = text.rfind(':');
    return with_port(text.substr(0, colon), text.substr(colon + 1), allowed);
  }
  if (text.rfind(':') < text.find('%') && parse_ip(text.substr(0, text.find('%')))) {
    return parse_host(text, allowed);
  }
  return tl::unexpected(
      std::string("too many colons; an IPv6 address with a port is written [address]:port"));
}

}  // namespace

tl::expected<Address, std::string> parse_address(std::string_view text) {
  return parse(text, Prefix::refused);
}

tl::expected<Address, std::string> parse_own_address(std::string_view text) {
  return parse(text, Prefix::allowed);
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
  const swim::Bytes wire = ip.wire();
  if (ip.is_v4()) {
    // Not inet_ntop: it goes through printf, and lists have thousands of these.
    std::array<char, INET_ADDRSTRLEN> text{};
    char* end = text.data();
    for (const std::byte part : wire) {
      end = std::to_chars(end, text.data() + text.size(), std::to_integer<unsigned>(part)).ptr;
      *end++ = '.';
    }
    return {text.data(), end - 1};
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET6, wire.data(), text.data(), text.size());
}

std::string format_endpoint(const swim::Endpoint& endpoint) {
  std::string out = format_ip(endpoint.ip);
  if (!endpoint.ip.is_v4()) {
    out.insert(0, 1, '[').push_back(']');
  }
  std::array<char, 6> port{':'};
  const char* const end = std::to_chars(port.data() + 1, port.data() + port.size(), endpoint.port).ptr;
  return out.append(port.data(), static_cast<std::size_t>(end - port.data()));
}

}  // namespace hearsay::agent::net
