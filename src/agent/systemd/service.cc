#include "agent/systemd/service.h"

#include <algorithm>
#include <utility>

namespace hearsay::agent::systemd {
namespace {

std::string_view first_line(std::string_view lines) {
  return lines.substr(0, lines.find('\n'));
}

}  // namespace

Service::Service(loop::Loop& loop, Log& log, Notifier notifier, std::optional<swim::Duration> watchdog,
                 std::function<std::string()> status)
    : log_(&log),
      notifier_(std::move(notifier)),
      watchdog_(watchdog),
      status_(std::move(status)),
      beat_timer_(loop, [this] { beat(); }) {}

void Service::keep(std::string_view name, int fd) {
  // Not to be polled: a refusal that a peer's host sends counts as an error of the UDP socket, and of what
  // shows one the manager lets go.
  tell(std::string("FDSTORE=1\nFDPOLL=0\nFDNAME=").append(name), fd);
}

void Service::forget(std::string_view name) {
  tell(std::string("FDSTOREREMOVE=1\nFDNAME=").append(name));
}

void Service::ready() {
  tell_state("READY=1");
  if (is_managed()) {
    beat();
  }
}

void Service::reloading() {
  const auto now =
      std::chrono::duration_cast<std::chrono::microseconds>(loop::Loop::now().time_since_epoch());
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

void Service::reloaded() {
  tell_state("READY=1");
}

void Service::stopping() {
  if (!std::exchange(is_stopping_, true)) {
    tell_state("STOPPING=1");
  }
}

void Service::beat() {
  std::string lines = owed_.empty() ? "" : owed_ + "\n";
  lines.append(watchdog_ ? "WATCHDOG=1\n" : "");
  std::string status = status_();
  if (status != told_) {
    lines.append("STATUS=").append(status).append("\n");
  }
  if (!lines.empty() && heard(lines, notifier_.offer(lines))) {
    told_ = std::move(status);
    owed_.clear();
  }
  arm_beat();
}

void Service::arm_beat() {
  const swim::Duration most = owed_.empty() ? beat_max : owed_beat_max;
  beat_timer_.arm_in(watchdog_ ? std::min(*watchdog_ / 2, most) : most);
}

void Service::tell_state(std::string state) {
  owed_ = tell(state) ? std::string() : std::move(state);
  if (!owed_.empty()) {
    arm_beat();
  }
}

bool Service::tell(std::string_view lines, int fd) {
  return heard(lines, is_deaf_ ? notifier_.offer(lines, fd) : notifier_.tell(lines, fd));
}

bool Service::heard(std::string_view lines, int error) {
  const bool is_deaf = error != 0;
  if (std::exchange(is_deaf_, is_deaf) == is_deaf) {
    return !is_deaf;
  }
  if (is_deaf) {
    log_->warn("agent: The service manager was not told " + std::string(first_line(lines)) + ": " +
               std::string(loop::describe_error(-error)));
  } else {
    log_->info("agent: The service manager hears again");
  }
  return !is_deaf;
}

}  // namespace hearsay::agent::systemd
