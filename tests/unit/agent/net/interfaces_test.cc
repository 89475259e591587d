#include "agent/net/interfaces.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "agent/net/address.h"

using namespace hearsay::agent::net;
using hearsay::swim::IpAddress;

TEST_CASE("private and link-local addresses are told by their prefix, up to its edges") {
  for (const auto* text : {"10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1",
                           "100.64.0.0", "100.127.255.255", "fc00::1", "fdff::1"}) {
    CAPTURE(text);
    CHECK(is_private(*parse_ip(text)));
  }
  for (const auto* text : {"11.0.0.0", "172.15.0.1", "172.32.0.0", "192.169.0.1", "100.63.0.1", "100.128.0.0",
                           "127.0.0.1", "8.8.8.8", "fe80::1", "2001:db8::1", "::1"}) {
    CAPTURE(text);
    CHECK_FALSE(is_private(*parse_ip(text)));
  }
  CHECK(is_link_local(*parse_ip("169.254.1.1")));
  CHECK(is_link_local(*parse_ip("febf::1")));
  CHECK_FALSE(is_link_local(*parse_ip("169.253.1.1")));
  CHECK_FALSE(is_link_local(*parse_ip("fec0::1")));
}

TEST_CASE("the private address of the default route's interface is chosen first, IPv4 before IPv6") {
  const std::vector<InterfaceAddress> addresses = {{"lo", *parse_ip("127.0.0.1")},
                                                   {"docker0", *parse_ip("172.17.0.1")},
                                                   {"eth0", *parse_ip("fd00::1")},
                                                   {"eth0", *parse_ip("10.0.0.5")},
                                                   {"eth0", *parse_ip("8.8.8.8")}};
  CHECK(choose_private(addresses, "eth0") == parse_ip("10.0.0.5"));
  CHECK(choose_private(addresses, "") == parse_ip("172.17.0.1"));
  CHECK(choose_private({addresses[2]}, "") == parse_ip("fd00::1"));
  CHECK_FALSE(choose_private({addresses[0], addresses[4]}, "lo").has_value());
}

TEST_CASE("the host's own addresses include loopback") {
  const auto addresses = interface_addresses();
  const auto is_lo = [](const InterfaceAddress& address) {
    return address.interface == "lo" && address.ip == IpAddress::v4(127, 0, 0, 1);
  };
  CHECK(std::ranges::any_of(addresses, is_lo));
  CHECK(interface_index("lo") != 0);
  CHECK(interface_index(std::to_string(interface_index("lo"))) == interface_index("lo"));
  CHECK_FALSE(interface_index("no such"));
}
