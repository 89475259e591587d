// Event hooks: hands each event to the scripts that want it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "agent/event.h"
#include "agent/hooks/handler.h"

namespace hearsay::agent::hooks {

/// Nothing here waits: an event is queued and on_event() returns. Each handler has its own queue
/// and runs one script at a time, so one that hangs delays neither gossip nor another handler.
class Dispatcher final : public EventListener {
 public:
  /// What a script that runs when the agent ends is given before SIGTERM, and then before SIGKILL.
  static constexpr swim::Duration stop_timeout = std::chrono::seconds(1);
  static constexpr swim::Duration stop_grace = std::chrono::milliseconds(500);

  struct Host {
    std::function<Self()> self;
    /// Text with its component prefix ("agent: "), without time and level.
    std::function<void(swim::Notice::Level, std::string_view)> log;
    /// The error is why the answer was refused, or empty.
    std::function<std::string(const swim::QueryReceived&, swim::Bytes answer)> respond;
    /// A script has ended, well or not.
    std::function<void(std::string_view script, swim::Duration took)> ran = [](auto, auto) {};
  };

  Dispatcher(loop::Loop& loop, Host host, Patience patience = {});
  /// Kills scripts that still run.
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Replaces the handlers. One that stays the same keeps its queue; of one that goes, a running
  /// script may finish, and what waits is dropped.
  void set_handlers(std::vector<Spec> specs);

  void on_event(const AgentEvent& event) override;

  /// No script starts any more. `done` is called when none runs, perhaps at once, and at the
  /// latest when stop_timeout and stop_grace have passed.
  void stop(std::function<void()> done);

  /// Events that wait for a script, over all handlers.
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] const Counters& counters() const noexcept { return context_.counters; }

 private:
  using Handlers = std::vector<std::unique_ptr<Handler>>;

  std::unique_ptr<Handler> take_same(const Spec& spec);
  [[nodiscard]] bool all_idle() const;
  void finish_stop();

  Context context_;
  Handlers handlers_;
  Handlers retired_;  // until their script has ended
  std::function<void()> stopped_;
  bool stopping_ = false;
};

}  // namespace hearsay::agent::hooks
