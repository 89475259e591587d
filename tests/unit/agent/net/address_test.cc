#include "agent/net/address.h"

#include <doctest/doctest.h>

using namespace hearsay::agent::net;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;

namespace {

struct Case {
  std::string_view text;
  std::string_view host;
  std::optional<std::uint16_t> port;
};

}  // namespace

TEST_CASE("an address is a host or a literal, with or without a port") {
  for (const Case& c : {Case{"db", "db", std::nullopt}, Case{"db.example:80", "db.example", 80},
                        Case{"10.0.0.1", "10.0.0.1", std::nullopt}, Case{"10.0.0.1:65535", "10.0.0.1", 65535},
                        Case{"[fe80::1]", "fe80::1", std::nullopt}, Case{"[::]:7946", "::", 7946},
                        Case{"fe80::1", "fe80::1", std::nullopt}, Case{"::1", "::1", std::nullopt},
                        Case{":7373", "", 7373}, Case{"127.0.0.1:0", "127.0.0.1", 0}}) {
    CAPTURE(c.text);
    const auto address = parse_address(c.text);
    REQUIRE(address.has_value());
    CHECK(address->host == c.host);
    CHECK(address->port == c.port);
    CHECK(address->node.empty());
  }
}

TEST_CASE("a broken address is refused with what is wrong with it") {
  CHECK(parse_address("").error() == "the address is empty");
  CHECK(parse_address("a:").error() == "port \"\" is not a number");
  CHECK(parse_address("a:b").error() == "port \"b\" is not a number");
  CHECK(parse_address("a:-1").error() == "port \"-1\" is not a number");
  CHECK(parse_address("a:80x").error() == "port \"80x\" is not a number");
  CHECK(parse_address("a:65536").error() == "port 65536 is not between 0 and 65535");
  CHECK(parse_address("[::1").error() == "missing ']'");
  CHECK(parse_address("[::1]80").error() == "only a port may follow ']'");
  CHECK(parse_address("[::1]:").error() == "port \"\" is not a number");
  CHECK(parse_address("a:1:2").error() ==
        "too many colons; an IPv6 address with a port is written [address]:port");
}

TEST_CASE("a seed may name the node that is expected there") {
  const auto named = parse_seed_address("web-1/10.0.0.1:80");
  REQUIRE(named.has_value());
  CHECK(named->node == "web-1");
  CHECK(named->host == "10.0.0.1");
  CHECK(named->port == 80);
  CHECK(parse_seed_address("[::1]:80")->node.empty());
  CHECK(parse_seed_address("/10.0.0.1").error() == "the node name before '/' is empty");
  CHECK(parse_seed_address("rack/web-1/[::1]:80")->node == "rack/web-1");
  CHECK_FALSE(parse_seed_address("web-1/").has_value());
}

TEST_CASE("literals are read and printed, and names are no literals") {
  for (const std::string_view text :
       {"0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "::1", "fe80::1", "2001:db8:1:2:3:4:5:6"}) {
    CAPTURE(text);
    const auto ip = parse_ip(text);
    REQUIRE(ip.has_value());
    CHECK(format_ip(*ip) == text);
  }
  CHECK(parse_ip("::ffff:10.1.2.3") == IpAddress::v4(10, 1, 2, 3));
  for (const std::string_view text :
       {"", "db", "10.1.2", "10.1.2.3.4", "010.1.2.3", "10.1.2.3 ", "fe80::1%eth0", "[::1]"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_ip(text).has_value());
  }
}

TEST_CASE("an IPv6 endpoint is printed with brackets, an IPv4 one without") {
  CHECK(format_endpoint({.ip = IpAddress::v4(10, 0, 0, 1), .port = 7946}) == "10.0.0.1:7946");
  CHECK(format_endpoint({.ip = *parse_ip("::1"), .port = 80}) == "[::1]:80");
}
