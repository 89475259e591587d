#include "agent/systemd/notifier.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "agent/fd.h"
#include "agent/systemd/environment.h"

namespace hearsay::agent::systemd {
namespace {

/// The ancillary part of a message that carries one descriptor.
struct Enclosed {
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> space{};

  void put(msghdr& message, int fd) noexcept {
    message.msg_control = space.data();
    message.msg_controllen = space.size();
    cmsghdr* const part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(fd));
    std::memcpy(CMSG_DATA(part), &fd, sizeof(fd));
  }
};

}  // namespace

Notifier::Notifier(std::string_view socket) {
  const bool is_name = socket.starts_with('@');
  if (socket.size() < 2 || socket.size() >= sizeof(sockaddr_un::sun_path) ||
      !(is_name || socket.starts_with('/'))) {
    return;
  }
  address_ = socket;
  if (is_name) {
    address_.front() = '\0';
  }
}

Notifier Notifier::from_environment() {
  return Notifier(take_variable("NOTIFY_SOCKET").value_or(""));
}

int Notifier::send(std::string_view lines, int fd, int flags) const noexcept {
  if (!is_heard()) {
    return 0;
  }
  const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) {
    return errno;
  }
  constexpr timeval timeout{.tv_sec = patience.count(), .tv_usec = 0};
  ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  iovec piece{.iov_base = const_cast<char*>(lines.data()), .iov_len = lines.size()};
  msghdr message{};
  message.msg_name = &to;
  message.msg_namelen = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  Enclosed enclosed;
  if (fd >= 0) {
    enclosed.put(message, fd);
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket.number(), &message, MSG_NOSIGNAL | flags);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? errno : 0;
}

std::optional<swim::Duration> watchdog_from_environment() {
  constexpr std::uint64_t most = std::uint64_t{1} << 40U;  // twelve days of microseconds
  const bool named = ::getenv("WATCHDOG_PID") != nullptr;
  const bool ours = take_is_this_process("WATCHDOG_PID") || !named;
  const auto period = take_number("WATCHDOG_USEC");
  if (!ours || !period || *period == 0 || *period > most) {
    return std::nullopt;
  }
  return std::chrono::microseconds(*period);
}

}  // namespace hearsay::agent::systemd
