#include "agent/config/check_addresses.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/config/check_socket_rights.h"
#include "agent/config/mistake.h"
#include "agent/config/quote.h"
#include "agent/net/address.h"
#include "agent/net/interfaces.h"
#include "agent/net/local_socket.h"
#include "agent/net/own_address.h"
#include "agent/net/resolver.h"
#include "agent/rpc/dial.h"

namespace hearsay::agent {
namespace {

constexpr std::uint16_t gossip_port = 7946;

struct Listening {
  swim::Endpoint at;
  unsigned link;
};

/// An address of this host in any of the ways to write one; an empty host is every IPv4 address, as
/// in ":7946".
tl::expected<Listening, std::string> resolve_own(const std::string& text, std::uint16_t default_port) {
  auto address = net::parse_own_address(text);
  if (!address) {
    return tl::unexpected(address.error());
  }
  if (address->host.empty()) {
    address->host = "0.0.0.0";
  }
  const std::uint16_t port = address->port.value_or(default_port);
  const auto own = net::find_own_address(*address, net::interface_addresses());
  if (!own) {
    return tl::unexpected(own.error());
  }
  if (*own) {
    return Listening{.at = {.ip = (*own)->ip, .port = port}, .link = (*own)->link};
  }
  const auto found = net::Resolver::resolve_now(address->host);
  if (!found) {
    return tl::unexpected(found.error());
  }
  // Of a name with both kinds of addresses, IPv4: what Go chooses too.
  const auto v4 = std::ranges::find_if(*found, &swim::IpAddress::is_v4);
  return Listening{.at = {.ip = v4 != found->end() ? *v4 : found->front(), .port = port}, .link = 0};
}

Checked take_link(Settings& s, unsigned link) {
  if (link != 0 && s.link != 0 && link != s.link) {
    return mistake("it is on another interface than the agent's other link-local addresses");
  }
  s.link = link != 0 ? link : s.link;
  return {};
}

Checked take_endpoint(Settings& s, std::string_view what, std::string_view name, const std::string& text,
                      std::uint16_t default_port, swim::Endpoint& to) {
  const auto taken = resolve_own(text, default_port).and_then([&](const Listening& own) {
    to = own.at;
    return take_link(s, own.link);
  });
  if (!taken) {
    return mistake(fmt::format("Invalid {} address {} ({}): {}", what, quote(text), s.given.origin(name),
                               taken.error()));
  }
  return {};
}

/// With -iface: a wildcard takes the interface's first address, any other must be one of its own.
Checked bind_to_interface(Settings& s) {
  const std::string& interface = s.given.interface;
  if (interface.empty()) {
    return {};
  }
  const unsigned index = net::interface_index(interface);
  if (index == 0) {
    return mistake(fmt::format("Invalid network interface {} ({}): there is none of that name",
                               quote(interface), s.given.origin("interface")));
  }
  if (s.link == 0) {
    s.link = index;  // where peers with link-local addresses are to be found
  }
  auto addresses = net::interface_addresses();
  std::erase_if(addresses, [&](const auto& address) { return address.interface != interface; });
  const bool wildcard = s.bind.ip.is_unspecified();
  const auto usable = [&](const net::InterfaceAddress& address) {
    return wildcard ? !net::is_link_local(address.ip) : address.ip == s.bind.ip;
  };
  const auto found = std::ranges::find_if(addresses, usable);
  if (found != addresses.end()) {
    if (wildcard) {
      s.warnings.push_back(
          fmt::format("Using interface '{}' address '{}'", interface, net::format_ip(found->ip)));
    }
    s.bind.ip = found->ip;
    return {};
  }
  if (wildcard) {
    return mistake(fmt::format("Failed to find usable address for interface '{}' ({})", interface,
                               s.given.origin("interface")));
  }
  return mistake(fmt::format("Interface '{}' has no '{}' address: correct {} or {}", interface,
                             net::format_ip(s.bind.ip), s.given.origin("interface"), s.given.origin("bind")));
}

Checked choose_advertised(Settings& s) {
  if (!s.given.advertise.empty()) {
    return take_endpoint(s, "advertise", "advertise", s.given.advertise, gossip_port, s.node.advertise)
        .and_then([&]() -> Checked {
          if (s.node.advertise.ip.is_unspecified()) {
            return mistake(fmt::format("Invalid advertise address {} ({}): peers need one they can reach",
                                       quote(s.given.advertise), s.given.origin("advertise")));
          }
          return {};
        });
  }
  s.node.advertise = s.bind;
  if (s.bind.ip.is_unspecified()) {
    const auto ip = net::choose_private(net::interface_addresses(), net::default_route_interface());
    if (!ip) {
      return mistake("No private IP address found to tell other members: give one with -advertise or -bind");
    }
    s.node.advertise.ip = *ip;
  }
  return {};
}

Checked take_rpc_address(Settings& s) {
  const auto path = net::local_path(s.given.rpc_addr);
  if (path) {
    s.rpc_path = *path;
    return check_socket_rights(s);
  }
  for (const auto& [key, text] : {std::pair{"rpc_socket_mode", &s.given.rpc_socket_mode},
                                  std::pair{"rpc_socket_group", &s.given.rpc_socket_group}}) {
    if (!text->empty()) {
      return mistake(fmt::format("{} is for a local socket: give {} as unix:///PATH, or remove it",
                                 s.given.origin(key), s.given.origin("rpc_addr")));
    }
  }
  return take_endpoint(s, "RPC", "rpc_addr", s.given.rpc_addr, rpc::default_port, s.rpc);
}

}  // namespace

Checked check_addresses(Settings& s) {
  return take_endpoint(s, "bind", "bind", s.given.bind, gossip_port, s.bind)
      .and_then([&] { return bind_to_interface(s); })
      .and_then([&] {
        s.node.bind_port = s.bind.port;
        return choose_advertised(s);
      })
      .and_then([&] { return take_rpc_address(s); });
}

}  // namespace hearsay::agent
