#include "agent/net/udp_socket.h"

#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "agent/fd.h"
#include "agent/loop/poll.h"
#include "agent/loop/socket_address.h"
#include "agent/net/udp_batch.h"
#include "swim/invariant.h"

namespace hearsay::agent::net {
namespace {

// A burst of a large cluster fits. Linux gives what rmem_max allows of it, and says nothing.
constexpr int receive_buffer_wanted = 2 << 20;
// So much is read before others get a turn: all that a buffer of that size can hold.
constexpr int batches_a_turn = 128;
constexpr int errors_a_turn = 1024;
// More than the core compares.
constexpr std::size_t quoted_most = 128;

// The loop is the only user, and one call is over before the next begins.
ReceiveBatch receiving;
SendBatch sending;

void ask_for_receive_buffer(int fd) noexcept {
  const int size = receive_buffer_wanted;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

/// Refusals are queued for whoever reads the error queue, and that queue shows as "priority".
void ask_for_errors(int fd, bool v6) noexcept {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
  if (v6) {
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
  }
  ::setsockopt(fd, SOL_SOCKET, SO_SELECT_ERR_QUEUE, &on, sizeof(on));
}

tl::expected<Fd, int> bind_socket(const swim::Endpoint& at, unsigned link) noexcept {
  const bool v6 = !at.ip.is_v4();
  Fd fd(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) {
    return tl::unexpected(-errno);
  }
  const int v6_only = at.ip.is_unspecified() ? 0 : 1;
  if (v6) {
    ::setsockopt(fd.number(), IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof(v6_only));
  }
  const loop::SocketAddress address = loop::to_socket_address(at, link);
  if (::bind(fd.number(), &address.any, address.size()) != 0) {
    return tl::unexpected(-errno);
  }
  return fd;
}

/// `given`, if there is one.
tl::expected<Fd, int> bound_socket(Fd given, const swim::Endpoint& at, unsigned link) noexcept {
  auto fd = given.is_open() ? std::move(given) : bind_socket(at, link);
  if (fd) {
    ::fcntl(fd->number(), F_SETFL, O_NONBLOCK);
    ask_for_receive_buffer(fd->number());
    ask_for_errors(fd->number(), !at.ip.is_v4());
  }
  return fd;
}

/// Of all that an ICMP error may say, only "port unreachable" speaks of the process.
bool says_nobody_listens(msghdr& header) noexcept {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    const bool v4 = part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR;
    const bool v6 = part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR;
    if (!v4 && !v6) {
      continue;
    }
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(part), sizeof(error));
    const bool icmp = error.ee_origin == SO_EE_ORIGIN_ICMP || error.ee_origin == SO_EE_ORIGIN_ICMP6;
    return icmp && error.ee_errno == ECONNREFUSED;
  }
  return false;
}

}  // namespace

struct UdpSocket::State {
  const loop::Loop* loop;
  Fd fd;
  bool v6;
  OnDatagram on_datagram;
  OnBatchEnd on_batch_end;
  OnRefused on_refused;
  UdpCounters counters{};
  loop::Poll poll;

  State(loop::Loop& on, Fd socket, bool is_v6, OnDatagram call, OnBatchEnd end, OnRefused refuse)
      : loop(&on),
        fd(std::move(socket)),
        v6(is_v6),
        on_datagram(std::move(call)),
        on_batch_end(std::move(end)),
        on_refused(std::move(refuse)),
        poll(on, fd.number(), [this](auto ready) {
          if (ready.priority || ready.broken) {
            drain_errors();
            on_batch_end();
          }
          receive();
          if (ready.broken) {
            watch();  // libuv stops polling a socket that has an error
          }
        }) {
    watch();
  }

  void watch() noexcept { poll.watch({.readable = true, .priority = true}); }

  void receive() {
    for (int batch = 0; batch < batches_a_turn; ++batch) {
      const int count = receiving.receive(fd.number());
      if (count < 0 && errno != EAGAIN && errno != EINTR) {
        drain_errors();  // the error of an earlier send comes back from any call, once
        on_batch_end();
        continue;
      }
      for (int i = 0; i < count; ++i) {
        deliver(receiving.at(static_cast<std::size_t>(i), static_cast<std::size_t>(count)));
      }
      if (count > 0) {
        on_batch_end();
      }
      if (count < static_cast<int>(udp_batch)) {
        return;
      }
    }
  }

  void deliver(const ReceiveBatch::Received& received) {
    if (received.lost) {
      ++counters.dropped_oversized;
      return;
    }
    if (const auto from = loop::to_endpoint(*received.from)) {
      on_datagram(*from, received.bytes);
    }
  }

  void drain_errors() {
    for (int i = 0; i < errors_a_turn; ++i) {
      std::byte quoted[quoted_most];
      alignas(cmsghdr) std::byte control[256];
      loop::SocketAddress to;
      iovec piece{.iov_base = quoted, .iov_len = sizeof(quoted)};
      msghdr header{};
      header.msg_name = &to.any;
      header.msg_namelen = sizeof(to);
      header.msg_iov = &piece;
      header.msg_iovlen = 1;
      header.msg_control = control;
      header.msg_controllen = sizeof(control);
      const ssize_t size = ::recvmsg(fd.number(), &header, MSG_ERRQUEUE | MSG_DONTWAIT);
      if (size < 0) {
        return;
      }
      ++counters.refusals;
      const auto at = header.msg_namelen > 0 ? loop::to_endpoint(to.any) : std::nullopt;
      if (at && says_nobody_listens(header)) {
        on_refused(*at, swim::Bytes(quoted).first(static_cast<std::size_t>(size)));
      }
    }
  }

  /// Sends what is filled. A datagram fails for its own sake only if it fails after the error
  /// queue is empty; before that the error belongs to an earlier one.
  void flush(std::size_t count) {
    std::size_t first = 0;
    bool clean = false;
    while (first < count) {
      const int sent = sending.send(fd.number(), first, count - first);
      if (sent > 0) {
        first += static_cast<std::size_t>(sent);
        clean = false;
      } else if (errno == EAGAIN || errno == ENOBUFS) {
        counters.dropped_full += count - first;
        return;
      } else if (!std::exchange(clean, true)) {
        drain_errors();
      } else {
        ++counters.send_errors;
        ++first;
        clean = false;
      }
    }
  }
};

UdpSocket::UdpSocket(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;
UdpSocket& UdpSocket::operator=(UdpSocket&&) noexcept = default;
UdpSocket::~UdpSocket() = default;

tl::expected<UdpSocket, int> UdpSocket::open(loop::Loop& loop, const swim::Endpoint& at,
                                             OnDatagram on_datagram, OnBatchEnd on_batch_end,
                                             OnRefused on_refused, Fd bound) {
  return bound_socket(std::move(bound), at, loop.link()).map([&](Fd&& fd) {
    return UdpSocket(std::make_unique<State>(loop, std::move(fd), !at.ip.is_v4(), std::move(on_datagram),
                                             std::move(on_batch_end), std::move(on_refused)));
  });
}

void UdpSocket::send(const swim::Output& out) {
  std::span<const swim::Datagram> rest = out.datagrams;
  while (!rest.empty()) {
    const std::size_t count = sending.fill(out, rest, state_->v6, state_->loop->link());
    state_->flush(count);
    rest = rest.subspan(count);
  }
}

std::uint16_t UdpSocket::port() const noexcept {
  loop::SocketAddress address;
  socklen_t size = sizeof(address);
  HEARSAY_INVARIANT(::getsockname(state_->fd.number(), &address.any, &size) == 0);
  return loop::to_endpoint(address.any)->port;
}

int UdpSocket::descriptor() const noexcept {
  return state_->fd.number();
}

UdpCounters UdpSocket::counters() const noexcept {
  UdpCounters counters = state_->counters;
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof(memory);
  if (::getsockopt(state_->fd.number(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) == 0) {
    counters.overflowed = memory[SK_MEMINFO_DROPS];
  }
  return counters;
}

}  // namespace hearsay::agent::net
