// A service manager that reads what it is told, when asked.
#pragma once

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "../temp_dir.h"
#include "agent/fd.h"
#include "agent/systemd/notifier.h"

namespace hearsay::test {

class Manager {
 public:
  /// `name`: of the socket, in a directory of its own; with `@` in front in the kernel's space.
  explicit Manager(const std::string& name = "notify")
      : address_(name.front() == '@' ? name : dir_.path(name)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, address_.data(), address_.size());
    if (address_.front() == '@') {
      at.sun_path[0] = '\0';
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    REQUIRE(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&at), size) == 0);
  }

  /// As NOTIFY_SOCKET names it.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  /// Leaves no room for anything more to be told.
  void fill() const {
    const agent::systemd::Notifier notifier(address_);
    int error = 0;
    while (error == 0) {
      error = notifier.offer("X_FILLS=1");
    }
    REQUIRE(error == EAGAIN);
  }
  void empty() {
    while (!read().lines.empty()) {
    }
  }

  struct Told {
    std::string lines;
    agent::Fd fd;
  };

  /// The next of what it was told; empty: nothing more.
  Told read() {
    std::array<char, 4096> text{};
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control{};
    iovec piece{.iov_base = text.data(), .iov_len = text.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(socket_.number(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    Told out{.lines = {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0}, .fd = {}};
    if (const cmsghdr* part = size > 0 ? CMSG_FIRSTHDR(&message) : nullptr; part != nullptr) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part), sizeof(fd));
      out.fd = agent::Fd(fd);
    }
    return out;
  }

 private:
  TempDir dir_;
  std::string address_;
  agent::Fd socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

}  // namespace hearsay::test
