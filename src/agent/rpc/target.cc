#include "agent/rpc/target.h"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

#include "agent/net/address.h"

namespace hearsay::agent::rpc {
namespace {

using Failure = tl::unexpected<std::string>;

Failure bad_address(std::string_view address, std::string_view problem) {
  return Failure("dial tcp: address " + std::string(address) + ": " + std::string(problem));
}

struct HostPort {
  std::string_view host;
  std::string_view port;
};

/// "[host]:port", whose last colon is at `colon`.
tl::expected<HostPort, std::string> split_bracketed(std::string_view text, std::size_t colon) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) {
    return bad_address(text, "missing ']' in address");
  }
  if (end + 1 != colon) {
    const bool goes_on = end + 1 < text.size() && text[end + 1] == ':';
    return bad_address(text, goes_on ? "too many colons in address" : "missing port in address");
  }
  return HostPort{text.substr(1, end - 1), text.substr(colon + 1)};
}

tl::expected<HostPort, std::string> split_plain(std::string_view text, std::size_t colon) {
  if (text.find(':') != colon) {
    return bad_address(text, "too many colons in address");
  }
  return HostPort{text.substr(0, colon), text.substr(colon + 1)};
}

tl::expected<HostPort, std::string> split(std::string_view text) {
  if (text.empty()) {
    return Failure("dial tcp: missing address");
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return bad_address(text, "missing port in address");
  }
  const bool bracketed = text.front() == '[';
  auto out = bracketed ? split_bracketed(text, colon) : split_plain(text, colon);
  if (!out) {
    return out;
  }
  for (const char bracket : {'[', ']'}) {
    if (out->host.find(bracket) != std::string_view::npos ||
        out->port.find(bracket) != std::string_view::npos) {
      return bad_address(text, std::string("unexpected '") + bracket + "' in address");
    }
  }
  return out;
}

tl::expected<std::uint16_t, std::string> port_of_service(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; });
  const servent* const service = ::getservbyname(lower.c_str(), "tcp");
  if (service == nullptr) {
    return bad_address("tcp/" + std::string(name), "unknown port");
  }
  return ntohs(static_cast<std::uint16_t>(service->s_port));
}

/// A number, signed or not, and 0 if there is none; or a service.
tl::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
  const bool is_signed = text.starts_with('+') || text.starts_with('-');
  const std::string_view digits = text.substr(is_signed ? 1 : 0);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (end != digits.data() + digits.size()) {
    return port_of_service(text);
  }
  if (error == std::errc::result_out_of_range || (text.starts_with('-') && number != 0)) {
    return bad_address(text, "invalid port");
  }
  return number;
}

tl::expected<Target, std::string> read_serfs(std::string_view text) {
  return split(text).and_then([](const HostPort& parts) {
    return parse_port(parts.port).map([&](std::uint16_t port) {
      const std::size_t percent = parts.host.find('%');
      const bool zoned = percent != std::string_view::npos && percent < parts.host.size() - 1 &&
                         parts.host.find(':') < percent;
      return Target{.host = std::string(zoned ? parts.host.substr(0, percent) : parts.host),
                    .zone = std::string(zoned ? parts.host.substr(percent + 1) : std::string_view()),
                    .port = port};
    });
  });
}

tl::expected<Target, std::string> read_ours(std::string_view text) {
  const auto address = net::parse_address(text);
  if (!address) {
    return bad_address(text, address.error());
  }
  return Target{.host = address->host, .zone = address->zone, .port = address->port.value_or(default_port)};
}

}  // namespace

tl::expected<Target, std::string> read_target(std::string_view text, AddressRules rules) {
  return rules == AddressRules::serfs ? read_serfs(text) : read_ours(text);
}

}  // namespace hearsay::agent::rpc
