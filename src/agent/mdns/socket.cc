#include "agent/mdns/socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "agent/fd.h"
#include "agent/loop/poll.h"

namespace hearsay::agent::mdns {
namespace {

constexpr std::uint16_t mdns_port = 5353;
// So many are read before others get a turn; the rest waits in the kernel's buffer, or is lost there.
constexpr int datagrams_a_turn = 32;
constexpr unsigned char hops = 255;  // RFC 6762, section 11

// The loop is the only user, and one call is over before the next begins.
std::array<std::byte, Socket::datagram_max> receiving;

int domain(Family family) noexcept {
  return family == Family::v4 ? AF_INET : AF_INET6;
}

/// IPv4 hears only what is said to the group. IPv6 would need an interface for that.
loop::SocketAddress bind_address(Family family, bool to_group) noexcept {
  loop::SocketAddress out = loop::to_socket_address(group(family), 0);
  if (family == Family::v4) {
    out.v4.sin_addr = to_group ? out.v4.sin_addr : in_addr{};
    out.v4.sin_port = to_group ? out.v4.sin_port : 0;
  } else {
    out.v6.sin6_addr = {};
    out.v6.sin6_port = to_group ? out.v6.sin6_port : 0;
  }
  return out;
}

template <class Value>
bool set(const Fd& fd, int level, int name, const Value& value) noexcept {
  return ::setsockopt(fd.number(), level, name, &value, sizeof(value)) == 0;
}

bool choose_interface(const Fd& fd, Family family, unsigned interface) noexcept {
  const int wide_hops = hops;
  if (family == Family::v4) {
    set(fd, IPPROTO_IP, IP_MULTICAST_TTL, wide_hops);
    ip_mreqn chosen{};
    chosen.imr_ifindex = static_cast<int>(interface);
    return interface == 0 || set(fd, IPPROTO_IP, IP_MULTICAST_IF, chosen);
  }
  set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, wide_hops);
  return interface == 0 || set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, interface);
}

bool join_group(const Fd& fd, Family family, unsigned interface) noexcept {
  const loop::SocketAddress address = loop::to_socket_address(group(family), 0);
  if (family == Family::v4) {
    ip_mreqn wanted{};
    wanted.imr_multiaddr = address.v4.sin_addr;
    wanted.imr_ifindex = static_cast<int>(interface);
    return set(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, wanted);
  }
  ipv6_mreq wanted{};
  wanted.ipv6mr_multiaddr = address.v6.sin6_addr;
  wanted.ipv6mr_interface = interface;
  return set(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, wanted);
}

tl::expected<Fd, int> open(Family family, unsigned interface, bool to_group) noexcept {
  Fd fd(::socket(domain(family), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  const loop::SocketAddress address = bind_address(family, to_group);
  const bool opened = fd.is_open() && (!to_group || set(fd, SOL_SOCKET, SO_REUSEADDR, on)) &&
                      (family == Family::v4 || set(fd, IPPROTO_IPV6, IPV6_V6ONLY, on)) &&
                      ::bind(fd.number(), &address.any, address.size()) == 0 &&
                      choose_interface(fd, family, interface) &&
                      (!to_group || join_group(fd, family, interface));
  if (!opened) {
    return tl::unexpected(-errno);
  }
  return fd;
}

}  // namespace

swim::Endpoint group(Family family) noexcept {
  if (family == Family::v4) {
    return {.ip = swim::IpAddress::v4(224, 0, 0, 251), .port = mdns_port};
  }
  std::array<std::byte, 16> ip{};
  ip[0] = std::byte{0xff};
  ip[1] = std::byte{0x02};
  ip[15] = std::byte{0xfb};
  return {.ip = swim::IpAddress::v6(ip), .port = mdns_port};
}

struct Socket::State {
  Fd fd;
  Family family;
  OnDatagram on_datagram;
  loop::Poll poll;

  State(loop::Loop& loop, Fd socket, Family of, OnDatagram call)
      : fd(std::move(socket)),
        family(of),
        on_datagram(std::move(call)),
        poll(loop, fd.number(), [this](auto) {
          receive();
          watch();  // libuv stops polling a socket that has an error
        }) {
    watch();
  }

  void watch() noexcept { poll.watch({.readable = true}); }

  void receive() {
    for (int i = 0; i < datagrams_a_turn; ++i) {
      loop::SocketAddress from{};
      socklen_t size = sizeof(from);
      const ssize_t count =
          ::recvfrom(fd.number(), receiving.data(), receiving.size(), MSG_DONTWAIT, &from.any, &size);
      if (count < 0) {
        return;
      }
      on_datagram(from, swim::Bytes(receiving).first(static_cast<std::size_t>(count)));
    }
  }
};

Socket::Socket(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Socket::Socket(Socket&&) noexcept = default;
Socket& Socket::operator=(Socket&&) noexcept = default;
Socket::~Socket() = default;

tl::expected<Socket, int> Socket::listen(loop::Loop& loop, Family family, unsigned interface,
                                         OnDatagram on_datagram) {
  return open(family, interface, true).map([&](Fd&& fd) {
    return Socket(std::make_unique<State>(loop, std::move(fd), family, std::move(on_datagram)));
  });
}

tl::expected<Socket, int> Socket::ask(loop::Loop& loop, Family family, unsigned interface,
                                      OnDatagram on_datagram) {
  return open(family, interface, false).map([&](Fd&& fd) {
    return Socket(std::make_unique<State>(loop, std::move(fd), family, std::move(on_datagram)));
  });
}

int Socket::send(const loop::SocketAddress& to, swim::Bytes datagram) noexcept {
  const ssize_t sent =
      ::sendto(state_->fd.number(), datagram.data(), datagram.size(), MSG_DONTWAIT, &to.any, to.size());
  return sent < 0 ? -errno : 0;
}

int Socket::send_to_group(swim::Bytes datagram) noexcept {
  return send(loop::to_socket_address(group(state_->family), 0), datagram);
}

}  // namespace hearsay::agent::mdns
