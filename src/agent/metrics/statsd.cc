#include "agent/metrics/statsd.h"

#include <sys/socket.h>

#include <cerrno>

#include "agent/loop/socket_address.h"

namespace hearsay::agent::metrics {
namespace {

/// The first lines of `lines`, as many as fit: at least one.
std::string_view first_packet(std::string_view lines) noexcept {
  if (lines.size() <= Statsd::packet_bytes_max) {
    return lines;
  }
  const std::size_t last_end = lines.rfind('\n', Statsd::packet_bytes_max - 1);
  return lines.substr(0, (last_end != std::string_view::npos ? last_end : lines.find('\n')) + 1);
}

}  // namespace

void Statsd::dial(const swim::Endpoint& to) {
  const loop::SocketAddress address = loop::to_socket_address(to, 0);
  socket_ = Fd(::socket(address.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_.is_open() || ::connect(socket_.number(), &address.any, address.size()) != 0) {
    lost(loop::describe_error(-errno));
  } else {
    ready();
  }
}

/// A refusal is that of an earlier packet, and leaves this one unsent.
void Statsd::send(std::string_view lines) {
  while (!lines.empty()) {
    const std::string_view packet = first_packet(lines);
    if (::send(socket_.number(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
      const int error = errno;
      if (error != EAGAIN && error != ENOBUFS) {
        drop(lines);
        return lost(loop::describe_error(-error));
      }
      drop(packet);
    }
    lines.remove_prefix(packet.size());
  }
}

}  // namespace hearsay::agent::metrics
