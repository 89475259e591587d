#include "agent/metrics/collector.h"

#include <algorithm>
#include <utility>

namespace hearsay::agent::metrics {

Collector::Collector(loop::Loop& loop, Log& log, std::string_view what, Target target, swim::Duration wait)
    : log_(&log), what_(what), target_(std::move(target)), wait_(wait), resolver_(loop), retry_(loop, [this] {
        dial_next();
      }) {}

void Collector::dial_next() {
  if (untried_.empty()) {
    resolver_.resolve(target_.host, [this](net::Resolver::Answer found) { take(std::move(found)); });
    return;
  }
  const swim::IpAddress next = untried_.back();
  untried_.pop_back();
  dial({.ip = next, .port = target_.port});
}

void Collector::take(net::Resolver::Answer addresses) {
  if (!addresses) {
    return lost(addresses.error());
  }
  untried_.assign(addresses->rbegin(), addresses->rend());
  std::stable_partition(untried_.begin(), untried_.end(),
                        [](const swim::IpAddress& ip) { return !ip.is_v4(); });
  dial_next();
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
  if (!std::exchange(ready_, false) && !untried_.empty()) {
    return dial_next();
  }
  retry_.arm_in(wait_);
  if (reason != std::exchange(told_, reason)) {
    log_->err("agent: Cannot send metrics to " + std::string(what_) + " at " + target_.host + ":" +
              std::to_string(target_.port) + ": " + told_ + "; trying again");
  }
}

void Collector::drop(std::string_view lines) noexcept {
  lines_dropped_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
}

}  // namespace hearsay::agent::metrics
