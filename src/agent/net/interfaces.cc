#include "agent/net/interfaces.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string_view>

#include "agent/loop/socket_address.h"
#include "agent/state/file.h"

namespace hearsay::agent::net {
namespace {

constexpr std::size_t route_table_bytes_max = 1U << 20U;

unsigned byte_of(swim::Bytes bytes, std::size_t i) noexcept {
  return std::to_integer<unsigned>(bytes[i]);
}

std::string_view next_word(std::string_view& line) noexcept {
  const std::size_t end = std::min(line.find('\t'), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

/// The better choice first.
int rank(const InterfaceAddress& address, const std::string& default_interface) noexcept {
  return (address.ip.is_v4() ? 0 : 2) + (address.interface == default_interface ? 0 : 1);
}

}  // namespace

std::vector<InterfaceAddress> interface_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) {
    return {};
  }
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::vector<InterfaceAddress> out;
  for (const ifaddrs* at = list; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_UP) == 0) {
      continue;
    }
    if (const auto endpoint = loop::to_endpoint(*at->ifa_addr)) {
      out.push_back({.interface = at->ifa_name, .ip = endpoint->ip});
    }
  }
  return out;
}

unsigned interface_index(const std::string& name) {
  if (const unsigned index = ::if_nametoindex(name.c_str()); index != 0) {
    return index;
  }
  unsigned index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  std::array<char, IF_NAMESIZE> found{};
  const bool is_number = error == std::errc{} && end == name.data() + name.size();
  return is_number && ::if_indextoname(index, found.data()) != nullptr ? index : 0;
}

bool is_link_local(const swim::IpAddress& ip) noexcept {
  const swim::Bytes b = ip.wire();
  return ip.is_v4() ? byte_of(b, 0) == 169 && byte_of(b, 1) == 254 : ip.is_v6_link_local();
}

bool is_private(const swim::IpAddress& ip) noexcept {
  const swim::Bytes b = ip.wire();
  const unsigned first = byte_of(b, 0);
  const unsigned second = byte_of(b, 1);
  if (!ip.is_v4()) {
    return (first & 0xfeU) == 0xfc;
  }
  return first == 10 || (first == 172 && (second & 0xf0U) == 16) || (first == 192 && second == 168) ||
         (first == 100 && (second & 0xc0U) == 64);
}

std::optional<swim::IpAddress> choose_private(const std::vector<InterfaceAddress>& addresses,
                                              const std::string& default_interface) {
  const InterfaceAddress* best = nullptr;
  for (const InterfaceAddress& address : addresses) {
    if (is_private(address.ip) &&
        (best == nullptr || rank(address, default_interface) < rank(*best, default_interface))) {
      best = &address;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(best->ip);
}

std::string default_route_interface() {
  const auto table = state::read_file("/proc/net/route", route_table_bytes_max);
  std::string_view rest = table ? std::string_view(*table) : std::string_view();
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::string_view interface = next_word(line);
    if (next_word(line) == "00000000") {  // the destination
      return std::string(interface);
    }
  }
  return {};
}

}  // namespace hearsay::agent::net
