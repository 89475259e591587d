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

RetryJoin::RetryJoin(loop::Loop& loop, Joiner& joiner, Log& log, Plan plan, Outcome outcome)
    : joiner_(&joiner),
      log_(&log),
      plan_(std::move(plan)),
      outcome_(std::move(outcome)),
      backoff_(plan_.interval),
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
      outcome_.joined();
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
    outcome_.given_up();
    return;
  }
  const std::chrono::nanoseconds wait = plan_.backs_off ? backoff_.next() : plan_.interval;
  log_->warn("agent: Join failed: " + one_line(error) + ", retrying in " + format_go_duration(wait));
  timer_.arm_in(wait);
}

Rejoin::Rejoin(loop::Loop& loop, Gossip& gossip, Joiner& joiner, Log& log,
               const state::SnapshotContents& contents, const swim::Config& own,
               std::chrono::nanoseconds first_wait)
    : gossip_(&gossip), joiner_(&joiner), log_(&log), backoff_(first_wait), timer_(loop, [this] {
        begin_round();
      }) {
  for (const auto& [name, at] : contents.alive) {
    if (name != own.name && at != own.advertise) {
      addresses_.push_back(name + "/" + net::format_endpoint(at));
    }
  }
}

void Rejoin::stop() {
  stopped_ = true;
  timer_.disarm();
}

bool Rejoin::knows_somebody() const {
  return gossip_->node().members().count(swim::MemberStatus::alive) > 1;
}

void Rejoin::begin_round() {
  if (addresses_.empty() || knows_somebody()) {
    return;
  }
  untried_ = addresses_;
  shuffle(untried_);
  next();
}

void Rejoin::next() {
  if (stopped_) {
    return;
  }
  if (untried_.empty()) {
    return end_round();
  }
  const std::string address = std::move(untried_.back());
  untried_.pop_back();
  log_->info("serf: Attempting re-join to previously known node: " + address);
  joiner_->join({address}, true, [this, address](std::size_t, const std::string& error) {
    // An answer may have been this node's own, by an address it had before.
    if (error.empty() && knows_somebody()) {
      log_->info("serf: Re-joined to previously known node: " + address);
    } else {
      next();
    }
  });
}

void Rejoin::end_round() {
  const std::chrono::nanoseconds wait = backoff_.next();
  log_->warn("serf: Failed to re-join any previously known node");
  log_->info("agent: trying them again in " + format_go_duration(wait));
  timer_.arm_in(wait);
}

}  // namespace hearsay::agent
