#include "agent/net/udp_socket.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <uv.h>

#include <array>
#include <string>
#include <vector>

#include "agent/loop/socket_address.h"
#include "agent/net/udp_batch.h"

using namespace hearsay::agent;
using hearsay::swim::as_bytes;
using hearsay::swim::as_text;
using hearsay::swim::Bytes;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;
using hearsay::swim::Output;
using net::UdpSocket;

namespace {

constexpr IpAddress loopback = IpAddress::v4(127, 0, 0, 1);

void add(Output& out, const Endpoint& to, std::string_view text) {
  out.datagrams.push_back({.to = to,
                           .offset = static_cast<std::uint32_t>(out.arena.size()),
                           .size = static_cast<std::uint32_t>(text.size())});
  hearsay::swim::append(out.arena, as_bytes(text));
}

struct Fixture {
  loop::Loop loop;
  std::vector<std::string> received;
  std::vector<Endpoint> senders;
  UdpSocket receiver = *UdpSocket::open(loop, {.ip = loopback}, [this](const Endpoint& from, Bytes bytes) {
    senders.push_back(from);
    received.emplace_back(as_text(bytes));
  });
  UdpSocket sender = *UdpSocket::open(loop, {.ip = loopback}, [](const Endpoint&, Bytes) {});

  [[nodiscard]] Endpoint to() const { return {.ip = loopback, .port = receiver.port()}; }
  void run_until_received(std::size_t count) {
    while (received.size() < count) {
      loop.run_once();
    }
  }
};

std::uint16_t unused_port(loop::Loop& loop) {
  return UdpSocket::open(loop, {.ip = loopback}, [](const Endpoint&, Bytes) {})->port();
}

/// The file of the socket that is bound there.
int file_of(const Endpoint& at) {
  constexpr int files_max = 1024;
  for (int fd = 3; fd < files_max; ++fd) {
    loop::SocketAddress address{};
    socklen_t size = sizeof(address);
    if (::getsockname(fd, &address.any, &size) == 0 && loop::to_endpoint(address.any) == at) {
      return fd;
    }
  }
  return -1;
}

}  // namespace

TEST_CASE("more datagrams than a batch arrive whole, in order, with their sender's address") {
  Fixture f;
  Output out;
  constexpr std::size_t count = 3 * net::udp_batch + 5;
  for (std::size_t i = 0; i < count; ++i) {
    add(out, f.to(), std::string(i, 'a') + std::to_string(i));
  }
  f.sender.send(out);
  f.run_until_received(count);
  REQUIRE(f.received.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(f.received[i] == std::string(i, 'a') + std::to_string(i));
    CHECK(f.senders[i] == Endpoint{.ip = loopback, .port = f.sender.port()});
  }
}

TEST_CASE("a datagram larger than its place arrives whole; of two in one batch only the last does") {
  Fixture f;
  const std::string large = std::string(5000, 'x') + "end";
  const std::string larger = std::string(60000, 'y') + "end";
  Output out;
  add(out, f.to(), large);
  f.sender.send(out);
  f.run_until_received(1);
  CHECK(f.received.back() == large);

  out.clear();
  add(out, f.to(), large);
  add(out, f.to(), "small");
  add(out, f.to(), larger);
  add(out, f.to(), std::string(2048, 'z'));
  f.sender.send(out);
  f.run_until_received(4);
  CHECK(f.received[1] == "small");
  CHECK(f.received[2] == larger);
  CHECK(f.received[3] == std::string(2048, 'z'));
  CHECK(f.receiver.counters().dropped_oversized == 1);
}

TEST_CASE("a refusal is counted and costs no other datagram its way") {
  Fixture f;
  const Endpoint nobody{.ip = loopback, .port = unused_port(f.loop)};
  Output out;
  for (int i = 0; i < 10; ++i) {
    add(out, nobody, "to nobody");
    add(out, f.to(), std::to_string(i));
  }
  f.sender.send(out);
  f.sender.send(out);  // the first refusals are waiting by now
  f.run_until_received(20);
  while (f.sender.counters().refusals < 20) {
    f.loop.run_once();
  }
  CHECK(f.received.size() == 20);
  CHECK(f.sender.counters().refusals == 20);
  CHECK(f.sender.counters().send_errors == 0);
  f.loop.run_ready();
  CHECK(f.sender.counters().refusals == 20);
}

TEST_CASE("a refusal says where nobody listens and quotes what was sent there") {
  loop::Loop loop;
  std::vector<std::string> quoted;
  std::vector<Endpoint> by;
  int batches = 0;
  UdpSocket socket = *UdpSocket::open(
      loop, {.ip = loopback}, [](const Endpoint&, Bytes) {}, [&] { ++batches; },
      [&](const Endpoint& at, Bytes bytes) {
        by.push_back(at);
        quoted.emplace_back(as_text(bytes));
      });
  const Endpoint nobody{.ip = loopback, .port = unused_port(loop)};
  Output out;
  add(out, nobody, "ping 17");
  socket.send(out);
  while (quoted.empty()) {
    loop.run_once();
  }
  CHECK(quoted == std::vector<std::string>{"ping 17"});
  CHECK(by == std::vector<Endpoint>{nobody});
  CHECK(batches > 0);
}

TEST_CASE("a refusal that is found while reading ends a batch too, so that its answer goes out") {
  loop::Loop loop;
  std::string order;
  Output to_nobody;
  UdpSocket* answering = nullptr;
  UdpSocket socket = *UdpSocket::open(
      loop, {.ip = loopback}, [](const Endpoint&, Bytes) {},
      [&] {
        order += "e";
        // Loopback refuses at once: the next read fails with it.
        if (order == "e") {
          answering->send(to_nobody);
        }
      },
      [&](const Endpoint&, Bytes) { order += "r"; });
  answering = &socket;
  UdpSocket sender = *UdpSocket::open(loop, {.ip = loopback}, [](const Endpoint&, Bytes) {});
  add(to_nobody, {.ip = loopback, .port = unused_port(loop)}, "to nobody");
  Output out;
  for (std::size_t i = 0; i < net::udp_batch; ++i) {
    add(out, {.ip = loopback, .port = socket.port()}, "x");
  }
  sender.send(out);
  while (order.empty()) {
    loop.run_once();
  }
  CHECK(order == "ere");
}

TEST_CASE("a datagram that the kernel refuses is counted and the rest is sent") {
  Fixture f;
  Output out;
  add(out, {.ip = loopback, .port = 0}, "port zero");
  add(out, f.to(), "fine");
  add(out, f.to(), std::string(65535, 'x'));  // with headers over what IP can carry
  add(out, f.to(), "too");
  f.sender.send(out);
  f.run_until_received(2);
  CHECK(f.received == std::vector<std::string>{"fine", "too"});
  CHECK(f.sender.counters().send_errors == 2);
}

TEST_CASE("a datagram that finds no room in the socket is dropped and counted, with those behind it") {
  Fixture f;
  std::array<std::byte, 16> v6_loopback{};
  v6_loopback.back() = std::byte{1};
  const IpAddress self = IpAddress::v6(v6_loopback);
  std::vector<std::string> received;
  const auto receiver = UdpSocket::open(
      f.loop, {.ip = self}, [&](const Endpoint&, Bytes bytes) { received.emplace_back(as_text(bytes)); });
  auto sender = UdpSocket::open(f.loop, {.ip = self}, [](const Endpoint&, Bytes) {});
  REQUIRE(receiver.has_value());
  REQUIRE(sender.has_value());
  // As little room as there can be. Loopback takes a datagram at once, so only one that is sent in pieces
  // needs more; an MTU makes it so.
  const int file = file_of({.ip = self, .port = sender->port()});
  const int least = 1;
  const int mtu = 1280;
  REQUIRE(::setsockopt(file, SOL_SOCKET, SO_SNDBUF, &least, sizeof(least)) == 0);
  REQUIRE(::setsockopt(file, IPPROTO_IPV6, IPV6_MTU, &mtu, sizeof(mtu)) == 0);
  const Endpoint to{.ip = self, .port = receiver->port()};
  Output out;
  add(out, to, "before");
  add(out, to, std::string(20'000, 'x'));
  add(out, to, "behind");
  sender->send(out);
  out.clear();
  add(out, to, "later");
  sender->send(out);
  while (received.size() < 2) {
    f.loop.run_once();
  }
  CHECK(received == std::vector<std::string>{"before", "later"});
  CHECK(sender->counters().dropped_full == 2);
  CHECK(sender->counters().send_errors == 0);
}

TEST_CASE("a socket on [::] reaches IPv4 peers and hears them by their IPv4 address") {
  Fixture f;
  std::vector<Endpoint> heard;
  auto dual = UdpSocket::open(f.loop, {}, [&](const Endpoint& from, Bytes) { heard.push_back(from); });
  REQUIRE(dual.has_value());
  Output out;
  add(out, f.to(), "from dual");
  dual->send(out);
  out.clear();
  add(out, {.ip = loopback, .port = dual->port()}, "to dual");
  f.sender.send(out);
  f.run_until_received(1);
  while (heard.empty()) {
    f.loop.run_once();
  }
  CHECK(f.senders[0] == Endpoint{.ip = loopback, .port = dual->port()});
  CHECK(heard[0] == Endpoint{.ip = loopback, .port = f.sender.port()});
}

TEST_CASE("an address in use is told") {
  Fixture f;
  const auto second = UdpSocket::open(f.loop, f.to(), [](const Endpoint&, Bytes) {});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error() == UV_EADDRINUSE);
}

TEST_CASE_FIXTURE(Fixture, "datagrams that came faster than they were read are counted") {
  const std::string text(2000, 'x');
  for (int i = 0; i < 100'000 && receiver.counters().overflowed == 0; ++i) {
    Output out;
    add(out, to(), text);
    sender.send(out);
  }
  CHECK(receiver.counters().overflowed > 0);
}
