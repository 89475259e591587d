#include "agent/terminal.h"

#include <poll.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <climits>

namespace hearsay::agent {
namespace {

// A pipe that polls writable takes this much without blocking.
constexpr std::size_t safe_to_write = PIPE_BUF;

iovec piece(std::string_view text) noexcept {
  return {.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
}

bool writable_now(int fd) noexcept {
  pollfd ask{.fd = fd, .events = POLLOUT, .revents = 0};
  return ::poll(&ask, 1, 0) == 1 && (ask.revents & POLLOUT) != 0;
}

}  // namespace

void Terminal::heading(std::string_view text) {
  line("==> ", text);
}

void Terminal::detail(std::string_view text) {
  line("    ", text);
}

void Terminal::line(std::string_view margin, std::string_view text) {
  text = text.substr(0, safe_to_write - margin.size() - 1);
  const std::array<iovec, 3> pieces = {piece(margin), piece(text), piece("\n")};
  if (!writable_now(fd_) || ::writev(fd_, pieces.data(), pieces.size()) < 0) {
    ++lines_dropped_;
  }
}

}  // namespace hearsay::agent
