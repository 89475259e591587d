#include "agent/reach.h"

#include <algorithm>

#include "agent/net/interfaces.h"

namespace hearsay::agent {

tl::expected<void, std::string> use_zone(loop::Loop& loop, const std::string& zone) {
  if (zone.empty()) {
    return {};
  }
  const unsigned link = net::interface_index(zone);
  if (link == 0) {
    return tl::unexpected("there is no interface " + zone);
  }
  if (loop.link() != 0 && loop.link() != link) {
    return tl::unexpected(
        std::string("this agent reaches link-local addresses by another interface; "
                    "choose it with -iface"));
  }
  loop.set_link(link);
  return {};
}

std::optional<std::string> why_out_of_reach(const swim::IpAddress& seed, const swim::IpAddress& advertised,
                                            unsigned link) {
  if (seed.is_v6_link_local() && link == 0) {
    return "a link-local address needs the interface it is reached by, as in " + net::format_ip(seed) +
           "%eth0";
  }
  if (!advertised.is_loopback() || seed.is_loopback()) {
    return std::nullopt;
  }
  const auto own = net::interface_addresses();
  if (std::ranges::find(own, seed, &net::InterfaceAddress::ip) != own.end()) {
    return std::nullopt;  // an agent of this host, which our loopback address is good for
  }
  return "this agent advertises " + net::format_ip(advertised) +
         ", which other hosts cannot reach: give it an address of this host's network with -advertise or "
         "-bind";
}

bool is_alive_at(const swim::MemberTable& members, const swim::Endpoint& at) {
  bool found = false;
  members.for_each([&](swim::MemberId, const swim::Member& member) {
    found = found || (member.at == at && member.status == swim::MemberStatus::alive);
  });
  return found;
}

bool was_left(const swim::MemberTable& members, const swim::Endpoint& at) {
  bool left = false;
  bool other = false;
  members.for_each([&](swim::MemberId, const swim::Member& member) {
    if (member.at == at) {
      (member.status == swim::MemberStatus::left ? left : other) = true;
    }
  });
  return left && !other;
}

}  // namespace hearsay::agent
