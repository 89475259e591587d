#include "agent/state/file.h"

#include <fcntl.h>
#include <sys/stat.h>

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
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

mode_t mode_of(const std::string& path, mode_t otherwise) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : otherwise;
}

FileResult write_and_sync(const std::string& path, std::string_view text, mode_t mode) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd.is_open() || ::fchmod(fd.number(), mode) != 0 || !write_all(fd.number(), text) ||
      ::fsync(fd.number()) != 0) {
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

FileResult replace_file(const std::string& path, std::string_view text, mode_t mode) {
  const std::string fresh = path + ".new";
  if (const auto written = write_and_sync(fresh, text, mode_of(path, mode)); !written) {
    ::unlink(fresh.c_str());
    return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    return failed();
  }
  // The name must survive a crash too. Some file systems cannot sync a directory: then they need not.
  const Fd directory(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open()) {
    static_cast<void>(::fsync(directory.number()));
  }
  return {};
}

}  // namespace hearsay::agent::state
