#include "agent/hooks/handler.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "agent/hooks/payload.h"

namespace hearsay::agent::hooks {
namespace {

using Level = swim::Notice::Level;

double seconds(swim::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string describe(const Outcome& outcome) {
  if (outcome.timed_out) {
    return fmt::format("terminated after {:.1f}s", seconds(outcome.told_after));
  }
  if (outcome.signal != 0) {
    return fmt::format("ended by signal {}", outcome.signal);
  }
  return fmt::format("exit status {}", outcome.status);
}

}  // namespace

Handler::Handler(Context& context, Spec spec) : context_(context), spec_(std::move(spec)) {}

void Handler::offer(std::shared_ptr<const AgentEvent> event) {
  if (waiting_.size() == queue_max) {
    waiting_.pop_front();
    ++context_.counters.dropped;
    if (!std::exchange(overflowing_, true)) {
      log(Level::warn, fmt::format("agent: Script '{}' is behind by {} events, dropping the oldest",
                                   spec_.script, queue_max));
    }
  }
  waiting_.push_back(std::move(event));
  if (process_ == nullptr) {
    run_next();
  }
}

void Handler::retire() {
  context_.counters.dropped += waiting_.size();
  waiting_.clear();
}

void Handler::hurry(swim::Duration timeout, swim::Duration grace) {
  if (!waiting_.empty()) {
    log(Level::warn, fmt::format("agent: Script '{}' is not run for {} waiting events: the agent ends",
                                 spec_.script, waiting_.size()));
  }
  retire();
  if (process_ != nullptr) {
    process_->hurry(timeout, grace);
  }
}

/// An event whose run cannot start does not hold up the next.
void Handler::run_next() {
  while (process_ == nullptr && !waiting_.empty()) {
    const auto event = std::move(waiting_.front());
    waiting_.pop_front();
    run(event);
  }
  if (waiting_.empty()) {
    overflowing_ = false;
  }
  if (idle()) {
    context_.on_idle();
  }
}

void Handler::run(const std::shared_ptr<const AgentEvent>& event) {
  ++context_.counters.runs;
  const loop::Child::Command command = {
      .shell_command = spec_.script,
      .environment = environment_of(*event, context_.self(), environ),
      .input = stdin_of(*event),
  };
  auto process =
      Process::start(context_.loop, command, context_.patience,
                     {.on_slow =
                          [this] {
                            log(Level::warn, fmt::format("agent: Script '{}' slow, execution exceeding {}s",
                                                         spec_.script, seconds(context_.patience.slow)));
                          },
                      .on_done = [this, event](const Outcome& outcome) { on_done(*event, outcome); }});
  if (process) {
    process_ = std::move(*process);
    started_ = loop::Loop::now();
    return;
  }
  ++context_.counters.failed;
  log(Level::err, fmt::format("agent: Error invoking script '{}': {}", spec_.script, process.error()));
}

void Handler::on_done(const AgentEvent& event, const Outcome& outcome) {
  process_.reset();
  context_.ran(spec_.script, loop::Loop::now() - started_);
  if (outcome.output_bytes > OutputTail::capacity) {
    log(Level::warn, fmt::format("agent: Script '{}' generated {} bytes of output, truncated to {}",
                                 spec_.script, outcome.output_bytes, OutputTail::capacity));
  }
  log(Level::debug,
      fmt::format("agent: Event '{}' script output: {}", event_name(event), on_one_line(outcome.output)));
  if (!outcome.succeeded()) {
    ++context_.counters.failed;
    context_.counters.timed_out += outcome.timed_out ? 1 : 0;
    log(Level::err, fmt::format("agent: Error invoking script '{}': {}", spec_.script, describe(outcome)));
  } else if (const auto* query = std::get_if<swim::QueryReceived>(&event)) {
    answer(*query, outcome);
  }
  run_next();
}

/// A script that prints nothing leaves the answer to others.
void Handler::answer(const swim::QueryReceived& query, const Outcome& outcome) {
  if (outcome.output.empty()) {
    return;
  }
  const std::string error = context_.respond(query, swim::as_bytes(outcome.output));
  if (!error.empty()) {
    ++context_.counters.answers_refused;
    log(Level::warn, fmt::format("agent: Failed to respond to query 'query: {}': {}", query.name, error));
  }
}

}  // namespace hearsay::agent::hooks
