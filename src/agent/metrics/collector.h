// Somebody who collects metrics: what statsd and statsite have in common.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/log.h"
#include "agent/loop/timer.h"
#include "agent/metrics/target.h"
#include "agent/net/resolver.h"
#include "swim/endpoint.h"

namespace hearsay::agent::metrics {

/// Gathers lines and sends them when flush() is called. One that cannot be reached is tried again for
/// ever; meanwhile lines wait, up to a limit, and what finds no room is dropped and counted.
class Collector {
 public:
  static constexpr std::size_t waiting_bytes_max = 64U << 10U;
  static constexpr swim::Duration retry_interval = std::chrono::seconds(5);

  virtual ~Collector() = default;
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// Begins to reach it. Once.
  void start() { resolve(); }
  /// `line` with its newline.
  void add(std::string_view line);
  void flush();

  [[nodiscard]] std::uint64_t lines_dropped() const noexcept { return lines_dropped_; }

 protected:
  /// `what` for people: "statsd".
  Collector(loop::Loop& loop, Log& log, std::string_view what, Target target);

  /// Ends in ready() or lost(), at once or later.
  virtual void dial(const swim::Endpoint& to) = 0;
  /// Whole lines. What cannot be sent goes to drop(); may end in lost().
  virtual void send(std::string_view lines) = 0;

  void ready() noexcept { ready_ = true; }
  /// Tries again in a while. Told to the log unless that is what was told last.
  void lost(std::string_view reason);
  void drop(std::string_view lines) noexcept;

 private:
  void resolve();

  Log* log_;
  std::string_view what_;
  Target target_;
  net::Resolver resolver_;
  loop::Timer retry_;
  std::string waiting_;
  std::string told_;
  std::uint64_t lines_dropped_ = 0;
  bool ready_ = false;
};

}  // namespace hearsay::agent::metrics
