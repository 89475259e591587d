#include "agent/state/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <memory>

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

/// Where the path leads to in the end, be it there or not.
std::string resolve_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr), &std::free);
  if (resolved) {
    return resolved.get();
  }
  std::array<char, PATH_MAX> link;
  const ssize_t size = ::readlink(path.c_str(), link.data(), link.size());
  if (size <= 0) {
    return path;
  }
  const std::string target(link.data(), static_cast<std::size_t>(size));
  return target.front() == '/' ? target : directory_of(path) + target;
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
  const Fd fd(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
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

tl::expected<std::string, std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) {
    return tl::unexpected(last_error());
  }
  std::string text;
  std::array<char, 4096> chunk;
  for (;;) {
    const ssize_t size = ::read(fd.number(), chunk.data(), chunk.size());
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

FileResult replace_file(const std::string& path, std::string_view text, mode_t mode, Durability durability) {
  const std::string target = resolve_links(path);
  const std::string fresh = target + ".new";
  const Fd fd = create_fresh(fresh);
  if (!fd.is_open()) {
    const bool may_not = errno == EACCES || errno == EPERM || errno == EROFS;
    return may_not ? rewrite_in_place(target, text, durability) : failed();
  }
  if (!take_over_rights(fd.number(), target, mode) || !write_all(fd.number(), text) ||
      !sync_if(durability, fd.number()) || ::rename(fresh.c_str(), target.c_str()) != 0) {
    auto result = failed();
    ::unlink(fresh.c_str());
    return result;
  }
  if (durability == Durability::synced) {
    // The name must survive a crash too. Some file systems cannot sync a directory: then they need not.
    const Fd directory(::open(directory_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.is_open()) {
      static_cast<void>(::fsync(directory.number()));
    }
  }
  return {};
}

}  // namespace hearsay::agent::state
