#include "agent/syslog.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "agent/log.h"

namespace hearsay::agent {
namespace {

// In the order of RFC 5424, section 6.2.1; 12 to 15 have no name that is used.
constexpr std::array<std::string_view, 24> facilities = {
    "KERN",   "USER",   "MAIL",     "DAEMON", "AUTH",   "SYSLOG", "LPR",    "NEWS",
    "UUCP",   "CRON",   "AUTHPRIV", "FTP",    "",       "",       "",       "",
    "LOCAL0", "LOCAL1", "LOCAL2",   "LOCAL3", "LOCAL4", "LOCAL5", "LOCAL6", "LOCAL7"};

constexpr char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// One step milder than the names say, as in Serf.
int severity(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::trace:
      return 7;
    case LogLevel::debug:
      return 6;
    case LogLevel::info:
      return 5;
    case LogLevel::warn:
      return 4;
    case LogLevel::err:
      break;
  }
  return 3;
}

/// A connection to a daemon, or an errno.
tl::expected<Fd, int> dial(const char* path, int type) noexcept {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t size = std::strlen(path) + 1;
  if (size > sizeof(address.sun_path)) {
    return tl::unexpected(ENAMETOOLONG);
  }
  std::memcpy(address.sun_path, path, size);
  Fd fd(::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open() || ::connect(fd.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return tl::unexpected(errno);
  }
  return fd;
}

struct Header {
  std::array<char, 64> text;
  std::size_t size;
};

Header header(int priority) noexcept {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%b %e %H:%M:%S", &parts);
  Header out{};
  const int size = std::snprintf(out.text.data(), out.text.size(), "<%d>%s serf[%d]: ", priority,
                                 stamp.data(), ::getpid());
  out.size = static_cast<std::size_t>(size);
  return out;
}

}  // namespace

std::optional<std::uint8_t> parse_syslog_facility(std::string_view text) noexcept {
  const auto same = [text](std::string_view name) { return std::ranges::equal(text, name, {}, upper); };
  const auto found = std::ranges::find_if(facilities, same);
  if (text.empty() || found == facilities.end()) {
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(found - facilities.begin());
}

tl::expected<Syslog, int> Syslog::open(std::uint8_t facility, std::span<const char* const> paths) {
  Syslog syslog(facility, paths);
  if (const int error = syslog.connect(); error != 0) {
    return tl::unexpected(error);
  }
  return syslog;
}

void Syslog::write(LogLevel level, std::string_view text) noexcept {
  const Header head = header(facility_ * 8 + severity(level));
  const std::array<std::string_view, 3> pieces = {std::string_view(head.text.data(), head.size), text, "\n"};
  if (socket_.is_open() && send(pieces)) {
    return;
  }
  const bool full = socket_.is_open() && (errno == EAGAIN || errno == ENOBUFS);
  if (full || connect() != 0 || !send(pieces)) {
    ++lines_dropped_;
  }
}

/// 0, or the errno of the first path.
int Syslog::connect() noexcept {
  int first_error = 0;
  socket_ = {};
  for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
    for (const char* const path : paths_) {
      if (auto fd = dial(path, type)) {
        socket_ = std::move(*fd);
        return 0;
      } else if (first_error == 0) {
        first_error = fd.error();
      }
    }
  }
  return first_error;
}

/// False with errno: nothing was sent. After a part of a line no stream makes sense to its reader: the
/// line is lost, and the next begins a new one.
bool Syslog::send(std::span<const std::string_view> pieces) noexcept {
  std::array<iovec, 3> parts{};
  std::size_t size = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    parts[i] = {.iov_base = const_cast<char*>(pieces[i].data()), .iov_len = pieces[i].size()};
    size += pieces[i].size();
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = pieces.size();
  const ssize_t sent = ::sendmsg(socket_.number(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0 && static_cast<std::size_t>(sent) < size) {
    socket_ = {};
    ++lines_dropped_;
    return true;
  }
  return sent >= 0;
}

}  // namespace hearsay::agent
