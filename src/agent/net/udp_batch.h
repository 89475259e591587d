// The buffers and headers of one recvmmsg or sendmmsg call. Private to src/agent/net.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <span>

#include "agent/loop/socket_address.h"
#include "swim/output.h"

namespace hearsay::agent::net {

/// Datagrams a system call. Gossip bursts are of this order; more would only cost memory.
inline constexpr std::size_t udp_batch = 32;

/// A quiet agent touches the first place only, and the kernel gives memory to touched pages alone.
class ReceiveBatch {
 public:
  static constexpr std::size_t place_bytes = 2048;
  static constexpr std::size_t datagram_max = 65536;

  /// recvmmsg; its result.
  int receive(int fd) noexcept;

  struct Received {
    const sockaddr* from;
    swim::Bytes bytes;
    bool lost;  // an oversized one whose end was overwritten
  };
  /// The i-th of the last receive(), which returned `count`.
  [[nodiscard]] Received at(std::size_t i, std::size_t count) noexcept;

 private:
  [[nodiscard]] bool is_last_oversized(std::size_t i, std::size_t count) const noexcept;

  std::array<mmsghdr, udp_batch> headers_;
  std::array<std::array<iovec, 2>, udp_batch> pieces_;
  std::array<loop::SocketAddress, udp_batch> from_;
  alignas(4096) std::array<std::array<std::byte, place_bytes>, udp_batch> places_;
  // The first part takes the head of an oversized datagram, the rest its overflow.
  std::array<std::byte, datagram_max> overflow_;
};

class SendBatch {
 public:
  /// Fills the headers with as many datagrams as fit; returns how many. `link`: Loop::link().
  std::size_t fill(const swim::Output& out, std::span<const swim::Datagram> datagrams, bool mapped,
                   unsigned link) noexcept;
  /// sendmmsg of `count` from the `first`; its result.
  int send(int fd, std::size_t first, std::size_t count) noexcept;

 private:
  std::array<mmsghdr, udp_batch> headers_;
  std::array<iovec, udp_batch> pieces_;
  std::array<loop::SocketAddress, udp_batch> to_;
};

}  // namespace hearsay::agent::net
