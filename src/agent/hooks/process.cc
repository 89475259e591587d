#include "agent/hooks/process.h"

#include <algorithm>
#include <csignal>
#include <utility>

namespace hearsay::agent::hooks {
namespace {

// How often a terminated group is looked at: nothing tells when the last of its processes ends.
constexpr swim::Duration group_check_interval = std::chrono::milliseconds(50);

}  // namespace

Process::Process(loop::Loop& loop, const Patience& patience, Callbacks callbacks)
    : patience_(patience),
      callbacks_(std::move(callbacks)),
      timer_(loop, [this] { on_timer(); }),
      started_(loop::Loop::now()),
      timeout_at_(started_ + patience.timeout) {}

tl::expected<std::unique_ptr<Process>, std::string> Process::start(loop::Loop& loop,
                                                                   const loop::Child::Command& command,
                                                                   const Patience& patience,
                                                                   Callbacks callbacks) {
  std::unique_ptr<Process> process(new Process(loop, patience, std::move(callbacks)));
  Process* self = process.get();
  auto child =
      loop::Child::spawn(loop, command,
                         {.on_output = [self](swim::Bytes bytes) { self->output_.append(bytes); },
                          .on_output_end = [self] { self->on_output_end(); },
                          .on_exit = [self](int status, int signal) { self->on_exit(status, signal); }});
  if (!child) {
    return tl::unexpected(std::string(loop::describe_error(child.error())));
  }
  process->child_ = std::move(*child);
  process->timer_.arm_at(std::min(process->started_ + patience.slow, process->timeout_at_));
  return process;
}

Process::~Process() {
  if (child_ != nullptr && !exited_) {
    child_->signal_group(SIGKILL);
  }
}

void Process::hurry(swim::Duration timeout, swim::Duration grace) {
  patience_.grace = std::min(patience_.grace, grace);
  if (stage_ == Stage::running) {
    slow_ = true;  // nobody wants that warning now
    timeout_at_ = std::min(timeout_at_, loop::Loop::now() + timeout);
    timer_.arm_at(timeout_at_);
  } else if (stage_ == Stage::terminating) {
    kill_at_ = std::min(kill_at_, loop::Loop::now() + patience_.grace);
  }
}

void Process::on_timer() {
  switch (stage_) {
    case Stage::running:
      if (!slow_ && loop::Loop::now() < timeout_at_) {
        slow_ = true;
        timer_.arm_at(timeout_at_);
        callbacks_.on_slow();
      } else {
        terminate();
      }
      return;
    case Stage::terminating:
      watch_termination();
      return;
    case Stage::draining:
      finish();
      return;
    case Stage::killed:
      return;  // on_exit() comes
  }
}

void Process::on_exit(int status, int signal) {
  exited_ = true;
  outcome_.status = status;
  outcome_.signal = signal;
  switch (stage_) {
    case Stage::terminating:
      return;  // the timer looks after the rest of the group
    case Stage::killed:
      finish();
      return;
    case Stage::running:
    case Stage::draining:
      if (output_ended_) {
        finish();
        return;
      }
      stage_ = Stage::draining;
      timer_.arm_in(patience_.drain);
  }
}

void Process::on_output_end() {
  output_ended_ = true;
  if (stage_ == Stage::draining) {
    finish();
  }
}

void Process::terminate() {
  outcome_.timed_out = true;
  outcome_.told_after = loop::Loop::now() - started_;
  stage_ = Stage::terminating;
  kill_at_ = loop::Loop::now() + patience_.grace;
  child_->signal_group(SIGTERM);
  timer_.arm_in(group_check_interval);
}

void Process::watch_termination() {
  if (exited_ && !child_->group_alive()) {
    finish();
  } else if (loop::Loop::now() < kill_at_) {
    timer_.arm_in(std::min(group_check_interval, kill_at_ - loop::Loop::now()));
  } else {
    child_->signal_group(SIGKILL);
    stage_ = Stage::killed;
    if (exited_) {
      finish();
    }
  }
}

void Process::finish() {
  timer_.disarm();
  outcome_.output = output_.text();
  outcome_.output_bytes = output_.total();
  // The callback may destroy this, and itself with it.
  const auto on_done = std::move(callbacks_.on_done);
  on_done(std::move(outcome_));
}

}  // namespace hearsay::agent::hooks
