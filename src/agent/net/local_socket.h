// A listening place in the file system: a socket of AF_UNIX, and the name it has there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>
#include <tl/expected.hpp>

#include "agent/fd.h"

namespace hearsay::agent::net {

inline constexpr std::string_view local_scheme = "unix://";

/// "/run/hearsay/rpc.sock" of "unix:///run/hearsay/rpc.sock"; nothing: the text names no local socket.
[[nodiscard]] std::optional<std::string> local_path(std::string_view text);

/// Nothing: there is none of that name.
[[nodiscard]] std::optional<gid_t> group_of_name(const std::string& name);

/// Connects, and blocks while doing so. The error is an errno.
[[nodiscard]] tl::expected<Fd, int> dial_local(const std::string& path);

/// Gone with its name, unless somebody else has taken that meanwhile.
class LocalSocket {
 public:
  struct Rights {
    mode_t mode = 0600;
    std::optional<gid_t> group = {};  // nothing: the agent's own
  };

  /// Bound, not listening. Nobody but its owner can connect before it has its rights. A socket that nobody
  /// listens at any more is replaced; anything else of that name is left alone. The error says what is wrong,
  /// without the path.
  static tl::expected<LocalSocket, std::string> bind(const std::string& path, const Rights& rights);

  LocalSocket() = default;
  LocalSocket(LocalSocket&& other) noexcept;
  LocalSocket& operator=(LocalSocket&& other) noexcept;
  ~LocalSocket();

  /// The descriptor, to listen on. Once.
  [[nodiscard]] Fd take() noexcept { return std::move(socket_); }

 private:
  Fd socket_;
  std::string path_;  // empty: there is none
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace hearsay::agent::net
