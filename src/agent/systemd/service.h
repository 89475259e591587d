// The agent as a service: what its manager hears of it, and keeps for it.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/log.h"
#include "agent/loop/timer.h"
#include "agent/systemd/notifier.h"

namespace hearsay::agent::systemd {

/// A beat (STATUS, WATCHDOG) never waits: what the manager has no room for is told at the next, and with it,
/// until it is heard, that the agent is ready, or ends. All else waits as Notifier::tell() does, unless the
/// manager did not hear the last word either.
class Service {
 public:
  /// How often STATUS is told anew at most, and how often WATCHDOG is at least.
  static constexpr swim::Duration beat_max = std::chrono::seconds(10);

  /// How long until the next beat at most, while the manager has not heard what it waits for.
  static constexpr swim::Duration owed_beat_max = std::chrono::seconds(1);

  /// `log` and `loop` outlive it. `status` is one line that says how the agent is, asked for at each beat.
  /// `watchdog`: how long the manager waits for a sign of life, if it does.
  Service(loop::Loop& loop, Log& log, Notifier notifier, std::optional<swim::Duration> watchdog,
          std::function<std::string()> status);

  /// Whether a service manager listens; if not, all else does nothing.
  [[nodiscard]] bool is_managed() const noexcept { return notifier_.is_heard(); }

  /// Leaves a descriptor with the manager until the agent is stopped for good, so that its next life finds
  /// it.
  void keep(std::string_view name, int fd);
  /// What was kept under that name is closed.
  void forget(std::string_view name);

  /// It does what it is for. From now on STATUS and WATCHDOG are told as long as the loop runs.
  void ready();
  /// To be followed by reloaded().
  void reloading();
  void reloaded();
  void stopping();

 private:
  void beat();
  void arm_beat();
  /// READY or STOPPING, which is said until it is heard.
  void tell_state(std::string state);
  bool tell(std::string_view lines, int fd = -1);
  /// Whether it was. `error`: of the notifier.
  bool heard(std::string_view lines, int error);

  Log* log_;
  Notifier notifier_;
  std::optional<swim::Duration> watchdog_;
  std::function<std::string()> status_;
  std::string told_;  // the last status that was heard
  std::string owed_;  // the state that was not heard yet
  loop::Timer beat_timer_;
  bool is_deaf_ = false;
  bool is_stopping_ = false;
};

}  // namespace hearsay::agent::systemd
