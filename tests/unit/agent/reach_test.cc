#include "agent/reach.h"

#include <doctest/doctest.h>

#include "agent/net/interfaces.h"

using namespace hearsay::agent;
using net::parse_ip;

TEST_CASE("an agent that advertises a loopback address does not join another host") {
  const auto refused = why_out_of_reach(*parse_ip("240.0.0.1"), *parse_ip("127.0.0.1"), 0);
  REQUIRE(refused.has_value());
  CHECK(*refused ==
        "this agent advertises 127.0.0.1, which other hosts cannot reach: give it an address of "
        "this host's network with -advertise or -bind");
  CHECK(why_out_of_reach(*parse_ip("100::1"), *parse_ip("::1"), 0).has_value());
  CHECK_FALSE(why_out_of_reach(*parse_ip("240.0.0.1"), *parse_ip("240.0.0.2"), 0).has_value());
}

TEST_CASE("an agent that advertises a loopback address joins any agent of its own host") {
  CHECK_FALSE(why_out_of_reach(*parse_ip("127.1.2.3"), *parse_ip("127.0.0.1"), 0).has_value());
  CHECK_FALSE(why_out_of_reach(*parse_ip("::1"), *parse_ip("127.0.0.1"), 0).has_value());
  for (const net::InterfaceAddress& own : net::interface_addresses()) {
    CAPTURE(net::format_ip(own.ip));
    CHECK_FALSE(why_out_of_reach(own.ip, *parse_ip("127.0.0.1"), 1).has_value());
  }
}

TEST_CASE("a link-local seed needs the interface it is reached by, and the first named one decides") {
  const auto seed = *parse_ip("fe80::2");
  CHECK(why_out_of_reach(seed, *parse_ip("fe80::1"), 0) ==
        "a link-local address needs the interface it is reached by, as in fe80::2%eth0");
  loop::Loop loop;
  CHECK(use_zone(loop, "").has_value());
  CHECK(loop.link() == 0);
  CHECK(use_zone(loop, "none").error() == "there is no interface none");
  CHECK(use_zone(loop, "lo").has_value());
  CHECK(loop.link() == net::interface_index("lo"));
  CHECK_FALSE(why_out_of_reach(seed, *parse_ip("fe80::1"), loop.link()).has_value());
  loop.set_link(loop.link() + 1);
  CHECK(use_zone(loop, "lo").error() ==
        "this agent reaches link-local addresses by another interface; choose it with -iface");
}
