#include "agent/background_join.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "agent/config/duration.h"
#include "agent/net/address.h"

namespace hearsay::agent {
namespace {

void shuffle(std::vector<std::string>& items) {
  for (std::size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[randombytes_uniform(static_cast<std::uint32_t>(i))]);
  }
}

}  // namespace

RetryJoin::RetryJoin(loop::Loop& loop, Joiner& joiner, Log& log, Plan plan, std::function<void()> give_up)
    : joiner_(&joiner),
      log_(&log),
      plan_(std::move(plan)),
      give_up_(std::move(give_up)),
      timer_(loop, [this] { attempt(); }) {}

void RetryJoin::start() {
  if (!plan_.addresses.empty()) {
    attempt();
  }
}

void RetryJoin::stop() {
  stopped_ = true;
  timer_.disarm();
}

void RetryJoin::attempt() {
  log_->info(std::string("agent: Joining cluster...(replay: ") + (plan_.replay ? "true)" : "false)"));
  joiner_->join(plan_.addresses, plan_.replay, [this](std::size_t contacted, const std::string& error) {
    if (error.empty()) {
      log_->info("agent: Join completed. Synced with " + std::to_string(contacted) + " initial agents");
    } else {
      failed(error);
    }
  });
}

void RetryJoin::failed(const std::string& error) {
  if (stopped_) {
    return;
  }
  ++failures_;
  if (plan_.attempts_max > 0 && failures_ > plan_.attempts_max) {
    log_->err("agent: maximum retry join attempts made, exiting");
    give_up_();
    return;
  }
  log_->warn("agent: Join failed: " + one_line(error) + ", retrying in " +
             format_go_duration(plan_.interval));
  timer_.arm_in(plan_.interval);
}

Rejoin::Rejoin(Joiner& joiner, Log& log, const state::SnapshotContents& contents, std::string_view self)
    : joiner_(&joiner), log_(&log) {
  for (const auto& [name, at] : contents.alive) {
    if (name != self) {
      addresses_.push_back(name + "/" + net::format_endpoint(at));
    }
  }
  shuffle(addresses_);
}

void Rejoin::next() {
  if (stopped_) {
    return;
  }
  if (addresses_.empty()) {
    if (tried_) {
      log_->warn("serf: Failed to re-join any previously known node");
    }
    return;
  }
  tried_ = true;
  const std::string address = std::move(addresses_.back());
  addresses_.pop_back();
  log_->info("serf: Attempting re-join to previously known node: " + address);
  joiner_->join({address}, true, [this, address](std::size_t, const std::string& error) {
    if (error.empty()) {
      log_->info("serf: Re-joined to previously known node: " + address);
    } else {
      next();
    }
  });
}

}  // namespace hearsay::agent
