#include "agent/rpc/dial.h"

#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>
#include <vector>

#include "agent/await_fd.h"
#include "agent/loop/loop.h"
#include "agent/loop/socket_address.h"
#include "agent/net/address.h"
#include "agent/net/interfaces.h"
#include "agent/net/local_socket.h"
#include "agent/net/resolver.h"

namespace hearsay::agent::rpc {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using Failure = tl::unexpected<std::string>;

/// In the system's order (RFC 6724), in which dial() tries them one after another.
tl::expected<std::vector<swim::IpAddress>, std::string> resolve(const std::string& host) {
  if (host.empty()) {
    return std::vector{swim::IpAddress::v4(127, 0, 0, 1)};
  }
  return net::Resolver::resolve_now(host).map_error(
      [](const std::string& why) { return "dial tcp: " + why; });
}

/// From here on sending takes no longer than `timeout`.
void limit_sending(int socket, Milliseconds timeout) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  const timeval limit{seconds.count(), 0};
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

/// The socket, or the errno.
tl::expected<Fd, int> connect_to(const swim::Endpoint& to, unsigned link, Milliseconds patience) {
  const loop::SocketAddress address = loop::to_socket_address(to, link);
  Fd out(::socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!out.is_open()) {
    return tl::unexpected(errno);
  }
  if (::connect(out.number(), &address.any, address.size()) != 0) {
    const int error = errno == EINPROGRESS ? await_connected(out, patience) : errno;
    if (error != 0) {
      return tl::unexpected(error);
    }
  }
  const int off = 0;
  const int on = 1;
  ::ioctl(out.number(), FIONBIO, &off);
  ::setsockopt(out.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return out;
}

/// As it is dialled.
std::string show(const Target& target, const swim::IpAddress& ip) {
  if (target.host.empty()) {
    return ":" + std::to_string(target.port);
  }
  if (target.zone.empty()) {
    return net::format_endpoint({ip, target.port});
  }
  return "[" + net::format_ip(ip) + "%" + target.zone + "]:" + std::to_string(target.port);
}

std::string describe_failure(const std::string& target, int error) {
  const std::string reason(loop::describe_error(-error));
  return "dial tcp " + target + ": " + (error == ETIMEDOUT ? "i/o timeout" : "connect: " + reason);
}

tl::expected<Fd, std::string> dial_path(const std::string& path, Milliseconds timeout) {
  auto socket = net::dial_local(path);
  if (!socket) {
    return Failure("dial unix " + path + ": connect: " + std::string(loop::describe_error(-socket.error())));
  }
  limit_sending(socket->number(), timeout);
  return *std::move(socket);
}

Milliseconds until(Clock::time_point end) {
  return std::chrono::duration_cast<Milliseconds>(end - Clock::now());
}

}  // namespace

Milliseconds share_of(Milliseconds left, std::size_t addresses) noexcept {
  constexpr Milliseconds least = std::chrono::seconds(2);
  const Milliseconds most = std::max(left, Milliseconds::zero());
  return std::min(most, std::max(most / static_cast<Milliseconds::rep>(addresses), least));
}

tl::expected<Fd, std::string> dial(std::string_view text, AddressRules rules, Milliseconds timeout) {
  if (const auto path = net::local_path(text)) {
    return dial_path(*path, timeout);
  }
  const auto target = read_target(text, rules);
  if (!target) {
    return tl::unexpected(target.error());
  }
  const unsigned link = net::interface_index(target->zone);
  if (rules == AddressRules::ours && link == 0 && !target->zone.empty()) {
    return Failure("dial tcp: address " + std::string(text) + ": there is no interface " + target->zone);
  }
  const auto found = resolve(target->host);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const Clock::time_point end = Clock::now() + timeout;
  std::string first_error;
  std::size_t untried = found->size();
  for (const swim::IpAddress& ip : *found) {
    auto socket = connect_to({ip, target->port}, link, share_of(until(end), untried--));
    if (socket) {
      limit_sending(socket->number(), timeout);
      return *std::move(socket);
    }
    if (first_error.empty()) {
      first_error = describe_failure(show(*target, ip), socket.error());
    }
  }
  return tl::unexpected(std::move(first_error));
}

}  // namespace hearsay::agent::rpc
