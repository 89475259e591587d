#include "agent/rpc/dial.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "agent/loop/loop.h"
#include "agent/loop/socket_address.h"
#include "agent/net/address.h"

namespace hearsay::agent::rpc {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Failure = tl::unexpected<std::string>;

struct HostPort {
  std::string_view host;
  std::string_view port;
};

Failure bad_address(std::string_view address, std::string_view problem) {
  return Failure("dial tcp: address " + std::string(address) + ": " + std::string(problem));
}

tl::expected<HostPort, std::string> split(std::string_view address) {
  if (address.empty()) {
    return Failure("dial tcp: missing address");
  }
  const bool bracketed = address.starts_with('[');
  const std::size_t host_end = bracketed ? address.find(']') : address.rfind(':');
  if (bracketed && host_end == std::string_view::npos) {
    return bad_address(address, "missing ']' in address");
  }
  const std::size_t colon = bracketed ? host_end + 1 : host_end;
  if (colon >= address.size() || address[colon] != ':') {
    return bad_address(address, "missing port in address");
  }
  const HostPort out{bracketed ? address.substr(1, host_end - 1) : address.substr(0, host_end),
                     address.substr(colon + 1)};
  if (!bracketed && out.host.find(':') != std::string_view::npos) {
    return bad_address(address, "too many colons in address");
  }
  return out;
}

tl::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  int number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (stop == text.data() + text.size()) {
    if (error != std::errc() || number < 0 || number > 0xFFFF) {
      return bad_address(text, "invalid port");
    }
    return static_cast<std::uint16_t>(number);
  }
  const servent* const service = ::getservbyname(std::string(text).c_str(), "tcp");
  if (service == nullptr) {
    return bad_address("tcp/" + std::string(text), "unknown port");
  }
  return ntohs(static_cast<std::uint16_t>(service->s_port));
}

/// IPv4 first, in the resolver's order else.
std::vector<swim::IpAddress> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) {
    return {};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  std::vector<swim::IpAddress> out;
  for (const int family : {AF_INET, AF_INET6}) {
    for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
      const auto endpoint = loop::to_endpoint(*one->ai_addr);
      if (one->ai_family == family && endpoint) {
        out.push_back(endpoint->ip);
      }
    }
  }
  return out;
}

tl::expected<std::vector<swim::IpAddress>, std::string> resolve(std::string_view host) {
  if (host.empty()) {
    return std::vector{swim::IpAddress::v4(127, 0, 0, 1)};
  }
  if (const auto literal = net::parse_ip(host)) {
    return std::vector{*literal};
  }
  auto found = look_up(std::string(host));
  if (found.empty()) {
    return Failure("dial tcp: lookup " + std::string(host) + ": no such host");
  }
  return found;
}

/// Waits for a connection on its way. 0, or the errno it failed with.
int await_connected(int socket, Milliseconds timeout) {
  pollfd waiting{socket, POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&waiting, 1, static_cast<int>(timeout.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) {
    return ETIMEDOUT;
  }
  int error = 0;
  socklen_t size = sizeof(error);
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/// From here on calls block, sending no longer than `timeout`.
void make_blocking(int socket, Milliseconds timeout) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  const timeval limit{seconds.count(), 0};
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

/// The socket, or the errno.
tl::expected<Fd, int> connect_to(const swim::Endpoint& to, Milliseconds timeout) {
  const loop::SocketAddress address = loop::to_socket_address(to);
  Fd out(::socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!out.is_open()) {
    return tl::unexpected(errno);
  }
  if (::connect(out.number(), &address.any, address.size()) != 0) {
    const int error = errno == EINPROGRESS ? await_connected(out.number(), timeout) : errno;
    if (error != 0) {
      return tl::unexpected(error);
    }
  }
  const int off = 0;
  ::ioctl(out.number(), FIONBIO, &off);
  make_blocking(out.number(), timeout);
  return out;
}

std::string describe_failure(const std::string& target, int error) {
  const std::string reason(loop::describe_error(-error));
  return "dial tcp " + target + ": " + (error == ETIMEDOUT ? "i/o timeout" : "connect: " + reason);
}

}  // namespace

tl::expected<Fd, std::string> dial(std::string_view address, Milliseconds timeout) {
  const auto parts = split(address);
  if (!parts) {
    return tl::unexpected(parts.error());
  }
  const auto port = parse_port(parts->port);
  if (!port) {
    return tl::unexpected(port.error());
  }
  const auto found = resolve(parts->host);
  if (!found) {
    return tl::unexpected(found.error());
  }
  std::string first_error;
  for (const swim::IpAddress& ip : *found) {
    const swim::Endpoint to{ip, *port};
    auto socket = connect_to(to, timeout);
    if (socket) {
      return *std::move(socket);
    }
    if (first_error.empty()) {
      const bool anonymous = parts->host.empty();
      first_error = describe_failure(anonymous ? ":" + std::to_string(*port) : net::format_endpoint(to),
                                     socket.error());
    }
  }
  return tl::unexpected(std::move(first_error));
}

}  // namespace hearsay::agent::rpc
