#include "cli/doctor/probes.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <string>

#include "agent/await_fd.h"
#include "agent/fd.h"
#include "agent/loop/socket_address.h"
#include "agent/net/interfaces.h"
#include "swim/wire/codec.h"
#include "swim/wire/packet.h"

namespace hearsay::cli::doctor {
namespace {

using agent::Fd;
using swim::wire::MessageType;

constexpr std::chrono::milliseconds connect_limit{1000};
constexpr std::chrono::milliseconds answer_limit{1000};
constexpr std::chrono::milliseconds udp_answer_limit{300};
constexpr int udp_attempts = 3;
constexpr std::uint32_t seq_no = 1;

/// A socket that is connected to the member, or on its way. Not open: the errno says why.
Fd socket_to(const swim::Endpoint& at, unsigned link, int type) {
  const agent::loop::SocketAddress address = agent::loop::to_socket_address(at, link);
  Fd out(::socket(address.any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (out.is_open() && ::connect(out.number(), &address.any, address.size()) != 0 && errno != EINPROGRESS) {
    const int error = errno;
    out = Fd();
    errno = error;
  }
  return out;
}

TcpReach reach_of(int error) {
  return error == 0              ? TcpReach::accepted
         : error == ECONNREFUSED ? TcpReach::refused
         : error == ETIMEDOUT    ? TcpReach::silent
                                 : TcpReach::unreachable;
}

/// A ping for the member. `source_node`, which is only for logs, makes it as long as wanted.
swim::Buffer ping_for(std::string_view name, std::size_t bytes) {
  swim::Buffer out;
  swim::wire::encode(swim::wire::Ping{.seq_no = seq_no, .node = name}, out);
  if (bytes > out.size()) {
    const std::string padding(bytes - out.size(), '.');
    out.clear();
    swim::wire::encode(swim::wire::Ping{.seq_no = seq_no, .node = name, .source_node = padding}, out);
  }
  return out;
}

TcpReach reach_of(MessageType type) {
  switch (type) {
    case MessageType::ack:
    case MessageType::compress:  // agents compress their acks, too, and seal outside of that
      return TcpReach::acked;
    case MessageType::encrypt:
    case MessageType::error:
      return TcpReach::sealed;
    default:
      return TcpReach::closed;
  }
}

/// Whether the ack to our ping is in what is opened.
class AckSeeker final : public swim::wire::PacketHandler {
 public:
  void on_message(MessageType type, swim::Bytes body) override {
    const auto ack = type == MessageType::ack ? swim::wire::decode<swim::wire::Ack>(body)
                                              : tl::unexpected(swim::wire::DecodeError::wrong_type);
    found = found || (ack && ack->seq_no == seq_no);
  }
  void on_packet_error(swim::wire::PacketError /*error*/) override {}

  bool found = false;
};

/// What comes back to one ping.
UdpReach await_ack(const Fd& socket) {
  std::array<std::byte, 2048> datagram{};
  while (agent::await_fd(socket, POLLIN, udp_answer_limit)) {
    const ssize_t size = ::recv(socket.number(), datagram.data(), datagram.size(), 0);
    if (size < 0) {
      return errno == ECONNREFUSED ? UdpReach::refused : UdpReach::silent;
    }
    AckSeeker seeker;
    swim::wire::PacketOpener().open(swim::Bytes(datagram).first(static_cast<std::size_t>(size)), {}, seeker);
    if (seeker.found) {
      return UdpReach::acked;
    }
  }
  return UdpReach::silent;
}

}  // namespace

unsigned link_of(const swim::IpAddress& own) {
  if (!own.is_v6_link_local()) {
    return 0;
  }
  const auto addresses = agent::net::interface_addresses();
  const auto found = std::ranges::find(addresses, own, &agent::net::InterfaceAddress::ip);
  return found == addresses.end() ? 0 : agent::net::interface_index(found->interface);
}

TcpReach probe_tcp(const swim::Endpoint& at, unsigned link, std::string_view name, bool talks) {
  const Fd socket = socket_to(at, link, SOCK_STREAM);
  if (!socket.is_open()) {
    return reach_of(errno);
  }
  const TcpReach reached = reach_of(agent::await_connected(socket, connect_limit));
  if (reached != TcpReach::accepted || !talks) {
    return reached;
  }
  const swim::Buffer ping = ping_for(name, 0);
  if (::send(socket.number(), ping.data(), ping.size(), MSG_NOSIGNAL) < 0) {
    return TcpReach::closed;
  }
  if (!agent::await_fd(socket, POLLIN, answer_limit)) {
    return TcpReach::accepted;
  }
  std::uint8_t type = 0;
  return ::recv(socket.number(), &type, 1, 0) == 1 ? reach_of(static_cast<MessageType>(type))
                                                   : TcpReach::closed;
}

UdpReach probe_udp(const swim::Endpoint& at, unsigned link, std::string_view name, std::size_t bytes) {
  const Fd socket = socket_to(at, link, SOCK_DGRAM);
  const swim::Buffer ping = ping_for(name, bytes);
  UdpReach reached = UdpReach::silent;
  for (int attempt = 0; attempt < udp_attempts && socket.is_open() && reached == UdpReach::silent;
       ++attempt) {
    if (::send(socket.number(), ping.data(), ping.size(), MSG_NOSIGNAL) < 0 && errno == ECONNREFUSED) {
      return UdpReach::refused;
    }
    reached = await_ack(socket);
  }
  return reached;
}

}  // namespace hearsay::cli::doctor
