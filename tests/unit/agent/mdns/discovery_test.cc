// What needs no network; the rest is in tests/interop/test_discovery.py.
#include "agent/mdns/discovery.h"

#include <doctest/doctest.h>

using namespace hearsay::agent;
using namespace hearsay::agent::mdns;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;

TEST_CASE("names that DNS cannot carry are refused before anything is opened") {
  loop::Loop loop;
  const Endpoint at{.ip = IpAddress::v4(10, 0, 0, 1), .port = 7946};
  for (const auto& [cluster, node] : {std::pair(std::string("web"), std::string(64, 'n')),
                                      std::pair(std::string(58, 'c'), std::string("n")),
                                      std::pair(std::string("web"), std::string("a..b"))}) {
    const auto opened = Discovery::open(loop, serf_service(cluster, node, at), {}, {});
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().starts_with("the names of node and cluster do not fit into DNS"));
  }
}

TEST_CASE("the groups are those of RFC 6762") {
  CHECK(group(Family::v4) == Endpoint{.ip = IpAddress::v4(224, 0, 0, 251), .port = 5353});
  CHECK(group(Family::v6).ip.bytes()[0] == std::byte{0xff});
  CHECK(group(Family::v6).ip.bytes()[15] == std::byte{0xfb});
  CHECK(group(Family::v6).port == 5353);
}
