// One script and the events that wait for it.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "agent/hooks/environment.h"
#include "agent/hooks/process.h"
#include "agent/hooks/spec.h"

namespace hearsay::agent::hooks {

/// What has happened since the agent started, over all handlers.
struct Counters {
  std::uint64_t runs = 0;
  std::uint64_t failed = 0;  // could not start, or did not succeed; timed-out ones too
  std::uint64_t timed_out = 0;
  std::uint64_t dropped = 0;          // events that found a full queue, or an agent that ended
  std::uint64_t answers_refused = 0;  // to queries: too large, too late, or not the first
};

/// What handlers share.
struct Context {
  loop::Loop& loop;
  Patience patience;
  /// The agent as it is when a script starts.
  std::function<Self()> self;
  /// Text with its component prefix, without time and level.
  std::function<void(swim::Notice::Level, std::string_view)> log;
  /// Answers a query with what a script printed. The error is why it was refused, or empty.
  std::function<std::string(const swim::QueryReceived&, swim::Bytes)> respond;
  /// A script has ended, well or not.
  std::function<void(std::string_view script, swim::Duration took)> ran;
  /// Called when a handler has nothing running and nothing waiting.
  std::function<void()> on_idle;
  Counters counters;
};

/// Runs its script for one event at a time. Of more than `queue_max` waiting events the oldest is
/// dropped: a hook that is behind had better see the present.
class Handler {
 public:
  static constexpr std::size_t queue_max = 64;

  Handler(Context& context, Spec spec);
  /// Kills a script that still runs.
  ~Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

  [[nodiscard]] const Spec& spec() const noexcept { return spec_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }
  [[nodiscard]] bool idle() const noexcept { return process_ == nullptr && waiting_.empty(); }

  void offer(std::shared_ptr<const AgentEvent> event);
  /// Forgets what waits; a script that runs may finish.
  void retire();
  /// retire(), and what runs has little time left.
  void hurry(swim::Duration timeout, swim::Duration grace);

 private:
  void run_next();
  void run(const std::shared_ptr<const AgentEvent>& event);
  void on_done(const AgentEvent& event, const Outcome& outcome);
  void answer(const swim::QueryReceived& query, const Outcome& outcome);
  void log(swim::Notice::Level level, std::string_view text) const { context_.log(level, text); }

  Context& context_;
  Spec spec_;
  std::deque<std::shared_ptr<const AgentEvent>> waiting_;
  std::unique_ptr<Process> process_;
  swim::Instant started_{};
  bool overflowing_ = false;  // one warning for each time the queue runs full
};

}  // namespace hearsay::agent::hooks
