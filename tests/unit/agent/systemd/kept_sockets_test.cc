#include "agent/systemd/kept_sockets.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "agent/loop/socket_address.h"
#include "manager.h"

using namespace hearsay::agent;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;
using hearsay::test::Manager;
using systemd::GivenSockets;
using systemd::KeptSockets;
using Kind = GivenSockets::Kind;

namespace {

constexpr Endpoint here{.ip = IpAddress::v4(127, 0, 0, 1)};
constexpr Endpoint elsewhere{.ip = IpAddress::v4(127, 0, 0, 2)};
// Where a service manager puts what it gives; here out of the way of the test's own.
constexpr int first = 210;

void give(int number, const Endpoint& at) {
  const Fd made(::socket(AF_INET, SOCK_DGRAM, 0));
  const loop::SocketAddress address = loop::to_socket_address(at, 0);
  REQUIRE(::bind(made.number(), &address.any, address.size()) == 0);
  REQUIRE(::dup2(made.number(), number) == number);
}

struct Fixture {
  Manager manager;
  loop::Loop loop;
  Terminal terminal{-1};
  Log log{terminal, LogLevel::info};
  systemd::Service service{loop, log, systemd::Notifier(manager.address()), {}, [] { return std::string(); }};
  Fd udp{::socket(AF_INET, SOCK_DGRAM, 0)};
  Fd tcp{::socket(AF_INET, SOCK_STREAM, 0)};

  std::string told() { return manager.read().lines; }
};

}  // namespace

TEST_CASE("a manager that gave nothing is left both sockets") {
  Fixture f;
  KeptSockets kept(f.terminal, f.service, {});
  kept.given_for(here, 0);
  kept.keep(f.udp.number(), f.tcp.number());
  CHECK(f.told() == "FDSTORE=1\nFDPOLL=0\nFDNAME=gossip-udp");
  CHECK(f.told() == "FDSTORE=1\nFDPOLL=0\nFDNAME=gossip-tcp");
  CHECK(f.told().empty());
}

TEST_CASE("a socket that the manager gave and gossip took is not left with it again") {
  Fixture f;
  give(first, here);
  KeptSockets kept(f.terminal, f.service, {first, 1, "gossip-udp"});
  CHECK(kept.given_for(here, 0).take(Kind::datagram, here, 0).is_open());
  kept.keep(first, f.tcp.number());
  CHECK(f.told() == "FDSTORE=1\nFDPOLL=0\nFDNAME=gossip-tcp");
  CHECK(f.told().empty());
}

TEST_CASE(
    "what the manager gave and gossip has no use for is forgotten, what is elsewhere before anything is "
    "opened") {
  Fixture f;
  give(first, here);
  give(first + 1, elsewhere);
  KeptSockets kept(f.terminal, f.service, {first, 2, "gossip-udp:old"});
  kept.given_for(here, 0);
  CHECK(f.told() == "FDSTOREREMOVE=1\nFDNAME=old");
  CHECK(::fcntl(first + 1, F_GETFD) < 0);
  CHECK(f.told().empty());
  kept.keep(f.udp.number(), f.tcp.number());
  CHECK(f.told() == "FDSTOREREMOVE=1\nFDNAME=gossip-udp");
  CHECK(::fcntl(first, F_GETFD) < 0);
  CHECK(f.told() == "FDSTORE=1\nFDPOLL=0\nFDNAME=gossip-udp");
}
