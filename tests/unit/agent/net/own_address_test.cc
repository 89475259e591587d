#include "agent/net/own_address.h"

#include <doctest/doctest.h>

using namespace hearsay::agent::net;
using hearsay::swim::IpAddress;

namespace {

/// "lo" exists on every host, which interface_index() asks for; the rest are made up.
const std::vector<InterfaceAddress> host = {
    {.interface = "lo", .ip = *parse_ip("fe80::1")},   {.interface = "lo", .ip = *parse_ip("::1")},
    {.interface = "lo", .ip = *parse_ip("127.0.0.1")}, {.interface = "lo", .ip = *parse_ip("127.0.0.2")},
    {.interface = "e0", .ip = *parse_ip("10.1.0.5")},  {.interface = "e1", .ip = *parse_ip("10.2.0.5")},
    {.interface = "e1", .ip = *parse_ip("fd00::5")},
};

tl::expected<std::optional<OwnAddress>, std::string> find(std::string_view text) {
  const auto address = parse_own_address(text);
  REQUIRE(address.has_value());
  return find_own_address(*address, host);
}

std::string found(std::string_view text) {
  const auto own = find(text);
  REQUIRE_MESSAGE(own.has_value(), (own ? "" : own.error()));
  REQUIRE(own->has_value());
  return format_ip((*own)->ip);
}

}  // namespace

TEST_CASE("a network means the first address of this host in it, to the bit") {
  CHECK(found("10.0.0.0/8") == "10.1.0.5");
  CHECK(found("10.2.0.0/16") == "10.2.0.5");
  CHECK(found("10.2.0.0/15") == "10.2.0.5");
  CHECK(found("10.1.0.4/30") == "10.1.0.5");
  CHECK(found("10.1.0.5/32") == "10.1.0.5");
  CHECK(found("0.0.0.0/0") == "127.0.0.1");
  CHECK(found("fd00::/8") == "fd00::5");
  CHECK(find("10.1.0.0/30").error() == "no address of this host is in 10.1.0.0/30");
  CHECK(find("10.1.0.4/32").error() == "no address of this host is in 10.1.0.4/32");
  CHECK(find("192.168.0.0/16").error() == "no address of this host is in 192.168.0.0/16");
}

TEST_CASE("an interface means its first address, IPv4 before IPv6 and link-local last") {
  CHECK(found("lo") == "127.0.0.1");
  const auto address = parse_own_address("lo");
  const auto only = [&](std::vector<InterfaceAddress> addresses) {
    return find_own_address(*address, addresses);
  };
  CHECK(format_ip((*only({host[0], host[1]}))->ip) == "::1");
  const auto link_local = only({host[0]});
  CHECK(format_ip((*link_local)->ip) == "fe80::1");
  CHECK((*link_local)->link == interface_index("lo"));
  CHECK(only({}).error() == "interface lo is down or has no address");
}

TEST_CASE("a literal is itself, and a link-local one is on the interface that has it or that it names") {
  CHECK(found("192.168.7.7") == "192.168.7.7");
  CHECK((*find("192.168.7.7"))->link == 0);
  CHECK((*find("fe80::1"))->link == interface_index("lo"));
  CHECK((*find("fe80::99%lo"))->link == interface_index("lo"));
  CHECK(find("fe80::99").error() ==
        "no interface of this host has this link-local address; name one as in fe80::99%eth0");
  CHECK(find("fe80::99%none").error() == "there is no interface none");
}

TEST_CASE("what is neither literal nor interface is a name to look up") {
  CHECK_FALSE(find("db.example")->has_value());
  CHECK_FALSE(find("1")->has_value());  // the number of an interface is none of its names
}
