// What the agent tells the service manager that started it: sd_notify(3), without its library.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "swim/time.h"

namespace hearsay::agent::systemd {

class Notifier {
 public:
  /// To nobody.
  Notifier() = default;
  /// `socket`: a path, or a name in the kernel's own space, which begins with `@`. To nobody if it is
  /// neither.
  explicit Notifier(std::string_view socket);

  /// To whom NOTIFY_SOCKET says. Takes the variable away: hooks are not the service.
  static Notifier from_environment();

  [[nodiscard]] bool is_heard() const noexcept { return !address_.empty(); }

  /// How long tell() waits for a manager that has no room.
  static constexpr std::chrono::seconds patience{1};

  /// `lines` are assignments such as "READY=1", one a line; `fd`, if not negative, is sent with them. The
  /// error is an errno, EAGAIN when there is no room; telling nobody succeeds.
  int tell(std::string_view lines, int fd = -1) const noexcept { return send(lines, fd, 0); }
  /// The same, without waiting.
  int offer(std::string_view lines, int fd = -1) const noexcept { return send(lines, fd, MSG_DONTWAIT); }

 private:
  int send(std::string_view lines, int fd, int flags) const noexcept;

  std::string address_;  // as the kernel wants it: of "@name" the first byte is 0
};

/// How often the service manager wants to hear from this process (WATCHDOG_USEC), if it does. Takes the
/// variables away.
[[nodiscard]] std::optional<swim::Duration> watchdog_from_environment();

}  // namespace hearsay::agent::systemd
