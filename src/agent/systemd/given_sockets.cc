#include "agent/systemd/given_sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <uv.h>

#include <algorithm>
#include <optional>
#include <span>

#include "agent/loop/socket_address.h"
#include "agent/net/address.h"
#include "agent/systemd/environment.h"

namespace hearsay::agent::systemd {
namespace {

constexpr int first_given = 3;  // SD_LISTEN_FDS_START
constexpr int given_max = 64;   // more is a mistake, and none of them is looked at

// A service manager closes its copies of sockets when it comes to it. BARRIER=1 would not tell when: systemd
// answers that at once, and closes what it kept in the background.
constexpr unsigned release_polls_max = 200;
constexpr unsigned release_poll_ms = 10;

bool is_socket(int fd) noexcept {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

int option_of(int fd, int level, int name) noexcept {
  int value = -1;
  socklen_t size = sizeof(value);
  return ::getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

bool is_kind(int fd, GivenSockets::Kind kind) noexcept {
  const int type = option_of(fd, SOL_SOCKET, SO_TYPE);
  return kind == GivenSockets::Kind::datagram
             ? type == SOCK_DGRAM
             : type == SOCK_STREAM && option_of(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1;
}

struct Place {
  swim::Endpoint at;
  unsigned link;  // 0: on any
  bool v6_only;
};

/// Nothing: not in IPv4 or IPv6.
std::optional<Place> place_of(int fd) noexcept {
  loop::SocketAddress address{};
  socklen_t size = sizeof(address);
  if (::getsockname(fd, &address.any, &size) != 0) {
    return std::nullopt;
  }
  const auto at = loop::to_endpoint(address.any);
  if (!at) {
    return std::nullopt;
  }
  const bool v6 = address.any.sa_family == AF_INET6;
  return Place{.at = *at,
               .link = v6 ? address.v6.sin6_scope_id : 0,
               .v6_only = v6 && option_of(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 1};
}

bool is_there(int fd, const swim::Endpoint& wanted, unsigned link) noexcept {
  const auto place = place_of(fd);
  return place && place->at.ip == wanted.ip && (wanted.port == 0 || place->at.port == wanted.port) &&
         (place->link == 0 || place->link == link) &&
         // [::] is to take IPv4 too.
         !(wanted.ip.is_unspecified() && place->v6_only);
}

std::string next_name(std::string_view& names) {
  const std::size_t end = std::min(names.find(':'), names.size());
  std::string out(names.substr(0, end));
  names.remove_prefix(std::min(end + 1, names.size()));
  return out;
}

std::string describe(int fd) {
  const auto place = place_of(fd);
  const std::string_view kind = is_kind(fd, GivenSockets::Kind::datagram)    ? "UDP "
                                : is_kind(fd, GivenSockets::Kind::listening) ? "TCP "
                                                                             : "";
  return place ? std::string(kind) + "socket of " + net::format_endpoint(place->at) : "socket";
}

}  // namespace

GivenSockets::GivenSockets(int first, int count, std::string_view names) {
  for (int fd = first; fd < first + count; ++fd) {
    std::string name = next_name(names);
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (is_socket(fd)) {
      given_.push_back({.fd = Fd(fd), .name = std::move(name)});
    }
  }
}

GivenSockets GivenSockets::from_environment() {
  const bool ours = take_is_this_process("LISTEN_PID");
  const auto count = take_number("LISTEN_FDS");
  const std::string names = take_variable("LISTEN_FDNAMES").value_or("");
  if (!ours || !count || *count > given_max) {
    return {};
  }
  return {first_given, static_cast<int>(*count), names};
}

Fd GivenSockets::take(Kind kind, const swim::Endpoint& at, unsigned link) {
  const auto found = std::ranges::find_if(given_, [&](const Given& given) {
    return is_kind(given.fd.number(), kind) && is_there(given.fd.number(), at, link);
  });
  if (found == given_.end()) {
    return {};
  }
  Fd out = std::move(found->fd);
  given_.erase(found);
  gave_[static_cast<std::size_t>(kind)] = true;
  return out;
}

bool GivenSockets::await_release(int error, unsigned polls) const {
  if (!closed_any_ || error != UV_EADDRINUSE || polls == release_polls_max) {
    return false;
  }
  uv_sleep(release_poll_ms);
  return true;
}

std::vector<GivenSockets::Unused> GivenSockets::close_others(const swim::Endpoint& at, unsigned link) {
  const auto others = std::stable_partition(given_.begin(), given_.end(), [&](const Given& given) {
    const int fd = given.fd.number();
    return (is_kind(fd, Kind::datagram) || is_kind(fd, Kind::listening)) && is_there(fd, at, link);
  });
  return close_from(others);
}

std::vector<GivenSockets::Unused> GivenSockets::close_from(std::vector<Given>::iterator first) {
  std::vector<Unused> out;
  for (const Given& given : std::span(first, given_.end())) {
    out.push_back({.name = given.name,
                   .text = "Warning: the service manager gave a " + describe(given.fd.number()) + " (" +
                           given.name + "), which is not where this agent gossips (bind): it was closed"});
  }
  given_.erase(first, given_.end());
  closed_any_ |= !out.empty();
  return out;
}

}  // namespace hearsay::agent::systemd
