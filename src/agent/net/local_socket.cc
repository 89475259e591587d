#include "agent/net/local_socket.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "agent/state/file.h"

namespace hearsay::agent::net {
namespace {

using Failure = tl::unexpected<std::string>;

/// Nothing: the kernel has no room for the path.
std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un out{};
  if (path.empty() || path.size() >= sizeof(out.sun_path)) {
    return std::nullopt;
  }
  out.sun_family = AF_UNIX;
  std::memcpy(out.sun_path, path.data(), path.size());
  return out;
}

const sockaddr* as_any(const sockaddr_un& address) noexcept {
  return reinterpret_cast<const sockaddr*>(&address);
}

Fd new_socket() {
  return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

/// Makes the name free, if what has it is a socket that nobody listens at.
tl::expected<void, std::string> clear_name(const std::string& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) {
    return {};  // or bind() says why not
  }
  if (!S_ISSOCK(there.st_mode)) {
    return Failure("there is something else of that name: remove it");
  }
  const auto answered = dial_local(path);
  if (answered || answered.error() != ECONNREFUSED) {
    return Failure(answered ? "another agent listens there" : "it is there and cannot be asked who it is of");
  }
  ::unlink(path.c_str());
  return {};
}

/// bind() makes the file with what the mask leaves: nobody may come before the group is right.
bool bind_for_owner(int socket, const sockaddr_un& address) {
  const mode_t before = ::umask(0177);
  const bool bound = ::bind(socket, as_any(address), sizeof(address)) == 0;
  const int error = errno;
  ::umask(before);
  errno = error;
  return bound;
}

bool give_rights(const std::string& path, const LocalSocket::Rights& rights) {
  return (!rights.group || ::lchown(path.c_str(), static_cast<uid_t>(-1), *rights.group) == 0) &&
         ::chmod(path.c_str(), rights.mode) == 0;
}

}  // namespace

std::optional<std::string> local_path(std::string_view text) {
  if (!text.starts_with(local_scheme)) {
    return std::nullopt;
  }
  return std::string(text.substr(local_scheme.size()));
}

std::optional<gid_t> group_of_name(const std::string& name) {
  std::array<char, 16384> texts;
  group found{};
  group* result = nullptr;
  return ::getgrnam_r(name.c_str(), &found, texts.data(), texts.size(), &result) == 0 && result != nullptr
             ? std::optional(found.gr_gid)
             : std::nullopt;
}

tl::expected<Fd, int> dial_local(const std::string& path) {
  const auto address = address_of(path);
  Fd out = new_socket();
  if (!address || !out.is_open()) {
    return tl::unexpected(address ? errno : ENAMETOOLONG);
  }
  int status = 0;
  do {
    status = ::connect(out.number(), as_any(*address), sizeof(*address));
  } while (status != 0 && errno == EINTR);
  if (status != 0) {
    return tl::unexpected(errno);
  }
  return out;
}

tl::expected<LocalSocket, std::string> LocalSocket::bind(const std::string& path, const Rights& rights) {
  const auto address = address_of(path);
  if (!address || path.front() != '/') {
    return Failure("the path must be absolute and shorter than " +
                   std::to_string(sizeof(sockaddr_un::sun_path)) + " bytes");
  }
  if (auto cleared = clear_name(path); !cleared) {
    return tl::unexpected(cleared.error());
  }
  LocalSocket out;
  out.socket_ = new_socket();
  if (!out.socket_.is_open() || !bind_for_owner(out.socket_.number(), *address)) {
    return Failure(state::last_error());
  }
  struct stat made {};
  if (::lstat(path.c_str(), &made) != 0) {
    return Failure(state::last_error());
  }
  out.path_ = path;
  out.device_ = made.st_dev;
  out.inode_ = made.st_ino;
  if (!give_rights(path, rights)) {
    return Failure("its mode or group cannot be set: " + state::last_error());
  }
  return out;
}

LocalSocket::LocalSocket(LocalSocket&& other) noexcept {
  *this = std::move(other);
}

LocalSocket& LocalSocket::operator=(LocalSocket&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(path_, other.path_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

LocalSocket::~LocalSocket() {
  struct stat there {};
  if (!path_.empty() && ::lstat(path_.c_str(), &there) == 0 && there.st_dev == device_ &&
      there.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
}

}  // namespace hearsay::agent::net
