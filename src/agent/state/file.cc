#include "agent/state/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "agent/fd.h"
#include "agent/loop/loop.h"

namespace hearsay::agent::state {
namespace {

FileResult failed() {
  return tl::unexpected(last_error());
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

constexpr const char* link_refused = "it is a symbolic link: name the file it leads to";

bool is_link(const std::string& path) noexcept {
  struct stat there {};
  return ::lstat(path.c_str(), &there) == 0 && S_ISLNK(there.st_mode);
}

bool sync_if(Durability durability, int fd) noexcept {
  return durability == Durability::unsynced || ::fsync(fd) == 0;
}

/// Gives the new file what the old one had. A group that we may not give away loses its rights
/// rather than handing them to ours; the owner of a file that we replace is then us.
bool take_over_rights(int fd, const std::string& path, mode_t mode) noexcept {
  struct stat old {};
  if (::stat(path.c_str(), &old) != 0) {
    return ::fchmod(fd, mode) == 0;
  }
  mode = old.st_mode & 07777U;
  if (::fchown(fd, old.st_uid, old.st_gid) != 0 && ::fchown(fd, static_cast<uid_t>(-1), old.st_gid) != 0) {
    mode &= ~07070U;
  }
  return ::fchmod(fd, mode) == 0;
}

/// A new file that nobody else can have prepared: what a crash left there is removed, a link is not
/// followed.
Fd create_fresh(const std::string& path) {
  ::unlink(path.c_str());
  return Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
}

FileResult rewrite_in_place(const std::string& path, std::string_view text, Durability durability) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.is_open() || !write_all(fd.number(), text) || !sync_if(durability, fd.number())) {
    return failed();
  }
  return {};
}

}  // namespace

std::string last_error() {
  return std::string(loop::describe_error(-errno));
}

bool write_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return false;
    }
    text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  return true;
}

namespace {

tl::expected<std::string, std::string> read_all(int fd, std::size_t bytes_max) {
  std::string text;
  std::array<char, 4096> chunk;
  for (;;) {
    const ssize_t size = ::read(fd, chunk.data(), chunk.size());
    if (size < 0) {
      return tl::unexpected(last_error());
    }
    if (size == 0) {
      return text;
    }
    text.append(chunk.data(), static_cast<std::size_t>(size));
    if (text.size() > bytes_max) {
      return tl::unexpected("the file is larger than " + std::to_string(bytes_max) + " bytes");
    }
  }
}

}  // namespace

tl::expected<std::string, std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return fd.is_open() ? read_all(fd.number(), bytes_max) : tl::unexpected(last_error());
}

std::string distrust(int fd) {
  struct stat found {};
  if (::fstat(fd, &found) != 0) {
    return last_error();
  }
  return (found.st_mode & S_IWOTH) != 0 ? "every user can write to it: chmod o-w" : std::string();
}

tl::expected<std::string, std::string> read_own_file(const std::string& path, std::size_t bytes_max) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.is_open()) {
    return tl::unexpected(is_link(path) ? link_refused : last_error());
  }
  if (std::string why = distrust(fd.number()); !why.empty()) {
    return tl::unexpected(std::move(why));
  }
  return read_all(fd.number(), bytes_max);
}

FileResult replace_file(const std::string& path, std::string_view text, mode_t mode, Durability durability) {
  if (is_link(path)) {
    return tl::unexpected(std::string(link_refused));
  }
  const std::string fresh = path + ".new";
  const Fd fd = create_fresh(fresh);
  if (!fd.is_open()) {
    const bool may_not = errno == EACCES || errno == EPERM || errno == EROFS;
    return may_not ? rewrite_in_place(path, text, durability) : failed();
  }
  if (!take_over_rights(fd.number(), path, mode) || !write_all(fd.number(), text) ||
      !sync_if(durability, fd.number()) || ::rename(fresh.c_str(), path.c_str()) != 0) {
    auto result = failed();
    ::unlink(fresh.c_str());
    return result;
  }
  if (durability == Durability::synced) {
    // The name must survive a crash too. Some file systems cannot sync a directory: then they need not.
    const Fd directory(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.is_open()) {
      static_cast<void>(::fsync(directory.number()));
    }
  }
  return {};
}

}  // namespace hearsay::agent::state
