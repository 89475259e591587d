#include "agent/net/address.h"

#include <doctest/doctest.h>

#include <vector>

using namespace hearsay::agent::net;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;

namespace {

struct Case {
  std::string_view text;
  std::string_view host;
  std::string_view zone = {};
  std::optional<std::uint16_t> port = {};
  std::optional<std::uint8_t> prefix = {};
};

const std::vector<Case> plain = {
    {.text = "db", .host = "db"},
    {.text = "db.example:80", .host = "db.example", .port = 80},
    {.text = "10.0.0.1", .host = "10.0.0.1"},
    {.text = "10.0.0.1:65535", .host = "10.0.0.1", .port = 65535},
    {.text = "127.0.0.1:0", .host = "127.0.0.1", .port = 0},
    {.text = ":7373", .host = "", .port = 7373},
    {.text = "[fe80::1]", .host = "fe80::1"},
    {.text = "[::]:7946", .host = "::", .port = 7946},
    {.text = "fe80::1", .host = "fe80::1"},
    {.text = "::1", .host = "::1"},
    {.text = "fe80::1%eth0", .host = "fe80::1", .zone = "eth0"},
    {.text = "[fe80::1%eth0]", .host = "fe80::1", .zone = "eth0"},
    {.text = "[fe80::1%eth0.7]:7946", .host = "fe80::1", .zone = "eth0.7", .port = 7946},
};

const std::vector<Case> with_prefix = {
    {.text = "10.0.0.0/8", .host = "10.0.0.0", .prefix = 8},
    {.text = "10.0.0.0/8:7946", .host = "10.0.0.0", .port = 7946, .prefix = 8},
    {.text = "fd00::/8", .host = "fd00::", .prefix = 8},
    {.text = "[fd00::/8]", .host = "fd00::", .prefix = 8},
    {.text = "[fd00::/128]:1", .host = "fd00::", .port = 1, .prefix = 128},
    {.text = "fe80::%eth0/10", .host = "fe80::", .zone = "eth0", .prefix = 10},
    {.text = "eth0:7946", .host = "eth0", .port = 7946},
};

template <class Parse>
void check_all(const std::vector<Case>& cases, Parse&& parse) {
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const auto address = parse(c.text);
    REQUIRE_MESSAGE(address.has_value(), (address ? "" : address.error()));
    CHECK(address->host == c.host);
    CHECK(address->zone == c.zone);
    CHECK(address->port == c.port);
    CHECK(address->prefix == c.prefix);
    CHECK(address->node.empty());
  }
}

}  // namespace

TEST_CASE(
    "an address is a name or a literal, an IPv6 literal with or without a zone, any with or without a port") {
  check_all(plain, parse_address);
  check_all(plain, parse_seed_address);
  check_all(plain, parse_own_address);
}

TEST_CASE("only an address of this host may be a network") {
  check_all(with_prefix, parse_own_address);
  CHECK(parse_address("10.0.0.0/8")->host == "10.0.0.0/8");  // a name, which will not be found
  CHECK(parse_own_address("10.0.0.0/33").error() == "prefix \"33\" is not a number between 0 and 32");
  CHECK(parse_own_address("fd00::/129").error() == "prefix \"129\" is not a number between 0 and 128");
  CHECK(parse_own_address("10.0.0.0/").error() == "prefix \"\" is not a number between 0 and 32");
  CHECK(parse_own_address("10.0.0.0/8x").error() == "prefix \"8x\" is not a number between 0 and 32");
  CHECK(parse_own_address("10.0.0.0/8:70000").error() == "port 70000 is not between 0 and 65535");
  CHECK(parse_own_address("db/8").error() == "only an IP address takes a prefix ('/')");
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
  CHECK(parse_address("[]:80").error() == "there is no address between '[' and ']'");
  CHECK(parse_address("fe80::1%").error() == "the zone after '%' is empty");
  CHECK(parse_address("10.0.0.1%eth0").error() == "only an IPv6 address takes a zone ('%')");
  CHECK(parse_address("db%eth0:80").error() == "only an IPv6 address takes a zone ('%')");
  CHECK(parse_address("fe80::1%eth0:80").error() ==
        "too many colons; an IPv6 address with a port is written [address]:port");
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
  CHECK(parse_seed_address("web-1/fe80::1%eth0")->zone == "eth0");
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
