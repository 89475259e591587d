#include "agent/systemd/given_sockets.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>
#include <string>

#include "agent/gossip.h"
#include "agent/loop/socket_address.h"
#include "agent/net/address.h"

using namespace hearsay::agent;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;
using systemd::GivenSockets;
using Kind = GivenSockets::Kind;

namespace {

constexpr IpAddress loopback = IpAddress::v4(127, 0, 0, 1);
// Where a service manager puts what it gives; here out of the way of the test's own.
constexpr int first = 200;

Endpoint place_of(int fd) {
  loop::SocketAddress address{};
  socklen_t size = sizeof(address);
  REQUIRE(::getsockname(fd, &address.any, &size) == 0);
  return *loop::to_endpoint(address.any);
}

/// A bound socket with that number, as one that was inherited.
Endpoint give(int number, int type, const Endpoint& at = {.ip = loopback}) {
  const Fd made(::socket(at.ip.is_v4() ? AF_INET : AF_INET6, type, 0));
  const loop::SocketAddress address = loop::to_socket_address(at, 0);
  REQUIRE(::bind(made.number(), &address.any, address.size()) == 0);
  if (type == SOCK_STREAM) {
    REQUIRE(::listen(made.number(), 1) == 0);
  }
  REQUIRE(::dup2(made.number(), number) == number);
  return place_of(number);
}

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

}  // namespace

TEST_CASE("a socket is taken by its kind and address, once") {
  const Endpoint udp = give(first, SOCK_DGRAM);
  const Endpoint tcp = give(first + 1, SOCK_STREAM);
  GivenSockets given(first, 2, "gossip-udp:gossip-tcp");
  CHECK_FALSE(given.take(Kind::listening, udp, 0).is_open());
  CHECK_FALSE(given.gave(Kind::listening));
  CHECK(given.take(Kind::listening, tcp, 0).number() == first + 1);
  CHECK(given.gave(Kind::listening));
  CHECK_FALSE(given.take(Kind::listening, tcp, 0).is_open());
  CHECK_FALSE(
      given.take(Kind::datagram, {.ip = loopback, .port = static_cast<std::uint16_t>(udp.port ^ 1U)}, 0)
          .is_open());
  CHECK_FALSE(given.take(Kind::datagram, {.ip = IpAddress::v4(127, 0, 0, 2), .port = udp.port}, 0).is_open());
  CHECK(given.take(Kind::datagram, udp, 0).number() == first);
  CHECK(given.close_rest().empty());
}

TEST_CASE("whoever lets the kernel choose a port takes any") {
  give(first, SOCK_DGRAM);
  GivenSockets given(first, 1, "");
  CHECK(given.take(Kind::datagram, {.ip = loopback}, 0).is_open());
}

TEST_CASE("what nobody took is closed and named") {
  const Endpoint udp = give(first, SOCK_DGRAM);
  REQUIRE(::dup2(Fd(::socket(AF_UNIX, SOCK_STREAM, 0)).number(), first + 1) == first + 1);
  GivenSockets given(first, 2, "gossip-udp");
  const auto rest = given.close_rest();
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].name == "gossip-udp");
  CHECK(rest[0].text == "Warning: the service manager gave a UDP socket of " + net::format_endpoint(udp) +
                            " (gossip-udp), which is not where this agent gossips (bind): it was closed");
  CHECK(rest[1].name.empty());
  CHECK_FALSE(is_open(first));
  CHECK_FALSE(is_open(first + 1));
}

TEST_CASE("what is bound elsewhere is closed before anybody binds, and the rest is there to be taken") {
  const Endpoint udp = give(first + 1, SOCK_DGRAM);
  give(first, SOCK_DGRAM, {.ip = IpAddress::v4(127, 0, 0, 2)});
  REQUIRE(::dup2(Fd(::socket(AF_INET, SOCK_STREAM, 0)).number(), first + 2) == first + 2);
  GivenSockets given(first, 3, "elsewhere:here:deaf");
  const auto others = given.close_others(udp, 0);
  REQUIRE(others.size() == 2);
  CHECK(others[0].name == "elsewhere");
  CHECK(others[1].name == "deaf");
  CHECK_FALSE(is_open(first));
  CHECK_FALSE(is_open(first + 2));
  CHECK(given.take(Kind::datagram, udp, 0).number() == first + 1);
}

TEST_CASE(
    "an address that is in use is tried again only where a socket was closed that the manager still has") {
  struct Tries {
    int refused;
    int error;
    int count = 0;
    tl::expected<int, int> operator()(const Fd&) {
      return ++count > refused ? tl::expected<int, int>(count) : tl::unexpected(error);
    }
  };
  const auto open = [](GivenSockets& given, Tries tries) {
    const auto opened = given.open(Kind::datagram, {.ip = loopback, .port = 1}, 0, std::ref(tries));
    CHECK(opened.has_value() == (tries.count > tries.refused));
    return tries.count;
  };
  GivenSockets none;
  CHECK(open(none, {.refused = 2, .error = -EADDRINUSE}) == 1);
  give(first, SOCK_DGRAM);
  GivenSockets given(first, 1, "elsewhere");
  CHECK(open(given, {.refused = 2, .error = -EADDRINUSE}) == 1);
  CHECK(given.close_rest().size() == 1);
  CHECK(open(given, {.refused = 2, .error = -EADDRINUSE}) == 3);
  CHECK(open(given, {.refused = 2, .error = -EADDRNOTAVAIL}) == 1);
}

TEST_CASE("what is no socket may be a key for another setting, and stays") {
  const Fd file(::open("/dev/null", O_RDONLY));
  REQUIRE(::dup2(file.number(), first) == first);
  GivenSockets given(first, 1, "key");
  CHECK(given.close_rest().empty());
  REQUIRE(is_open(first));
  CHECK((::fcntl(first, F_GETFD) & FD_CLOEXEC) != 0);
  ::close(first);
}

TEST_CASE("a stream socket that does not listen is no place for peers to come to") {
  const Fd made(::socket(AF_INET, SOCK_STREAM, 0));
  REQUIRE(::dup2(made.number(), first) == first);
  GivenSockets given(first, 1, "");
  CHECK_FALSE(given.take(Kind::listening, {.ip = IpAddress::v4(0, 0, 0, 0)}, 0).is_open());
  CHECK(given.close_rest().size() == 1);
}

TEST_CASE("a socket for IPv6 only is not taken where IPv4 is wanted too") {
  const int on = 1;
  Fd made(::socket(AF_INET6, SOCK_DGRAM, 0));
  REQUIRE(::setsockopt(made.number(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0);
  const loop::SocketAddress anywhere = loop::to_mapped_socket_address({}, 0);
  REQUIRE(::bind(made.number(), &anywhere.any, anywhere.size()) == 0);
  const Endpoint at = place_of(made.number());
  GivenSockets given(made.release(), 1, "");
  CHECK_FALSE(given.take(Kind::datagram, at, 0).is_open());
}

TEST_CASE("what was given to another process, or is too much, is not looked at") {
  const auto given = [](const std::string& pid, const char* count) {
    ::setenv("LISTEN_PID", pid.c_str(), 1);
    ::setenv("LISTEN_FDS", count, 1);
    ::setenv("LISTEN_FDNAMES", "gossip-udp", 1);
    return GivenSockets::from_environment();
  };
  const std::string self = std::to_string(::getpid());
  for (const char* count : {"0", "65", "-1", "x", ""}) {
    CHECK(given(self, count).close_rest().empty());
  }
  CHECK(given("1", "1").close_rest().empty());
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
    CHECK(::getenv(name) == nullptr);
  }
  CHECK(GivenSockets::from_environment().close_rest().empty());
}

TEST_CASE("gossip goes on in sockets that were given, with what waited in them") {
  loop::Loop loop;
  const Endpoint at = give(first, SOCK_STREAM);
  give(first + 1, SOCK_DGRAM, at);
  GivenSockets given(first, 2, "gossip-tcp:gossip-udp");
  const auto gossip = Gossip::open(loop, at, &given);
  REQUIRE(gossip.has_value());
  CHECK((*gossip)->port() == at.port);
  CHECK((*gossip)->tcp() == first);
  CHECK((*gossip)->udp() == first + 1);
  CHECK((::fcntl(first + 1, F_GETFL) & O_NONBLOCK) != 0);
  CHECK(given.gave(Kind::datagram));
  CHECK(given.close_rest().empty());
}

TEST_CASE("only the socket that is missing is bound anew") {
  loop::Loop loop;
  const Endpoint at = give(first, SOCK_STREAM);
  GivenSockets given(first, 1, "gossip-tcp");
  const auto gossip = Gossip::open(loop, at, &given);
  REQUIRE(gossip.has_value());
  CHECK(given.gave(Kind::listening));
  CHECK_FALSE(given.gave(Kind::datagram));
  CHECK(place_of((*gossip)->udp()) == at);
}
