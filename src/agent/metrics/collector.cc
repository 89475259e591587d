#include "agent/metrics/collector.h"

#include <algorithm>
#include <utility>

namespace hearsay::agent::metrics {

Collector::Collector(loop::Loop& loop, Log& log, std::string_view what, Target target)
    : log_(&log), what_(what), target_(std::move(target)), resolver_(loop), retry_(loop, [this] {
        resolve();
      }) {}

void Collector::resolve() {
  resolver_.resolve(target_.host, [this](net::Resolver::Answer found) {
    if (found) {
      dial({.ip = found->front(), .port = target_.port});
    } else {
      lost(found.error());
    }
  });
}

void Collector::add(std::string_view line) {
  if (waiting_.size() + line.size() > waiting_bytes_max) {
    flush();
  }
  if (waiting_.size() + line.size() > waiting_bytes_max) {
    drop(line);
  } else {
    waiting_ += line;
  }
}

void Collector::flush() {
  if (ready_ && !waiting_.empty()) {
    send(waiting_);
    waiting_.clear();
  }
}

void Collector::lost(std::string_view reason) {
  ready_ = false;
  retry_.arm_in(retry_interval);
  if (reason != std::exchange(told_, reason)) {
    log_->err("agent: Cannot send metrics to " + std::string(what_) + " at " + target_.host + ":" +
              std::to_string(target_.port) + ": " + told_ + "; trying again");
  }
}

void Collector::drop(std::string_view lines) noexcept {
  lines_dropped_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
}

}  // namespace hearsay::agent::metrics
