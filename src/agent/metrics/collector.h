// Somebody who collects metrics: what statsd and statsite have in common.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
  void start() { dial_next(); }
  /// `line` with its newline.
  void add(std::string_view line);
  void flush();

  [[nodiscard]] std::uint64_t lines_dropped() const noexcept { return lines_dropped_; }

 protected:
  /// `what` for people: "statsd".
  Collector(loop::Loop& loop, Log& log, std::string_view what, Target target,
            swim::Duration wait = retry_interval);

  /// Its addresses are tried in turn, IPv4 first: nothing tells that UDP over IPv6 goes nowhere.
  void take(net::Resolver::Answer addresses);

  /// Ends in ready() or lost(), at once or later.
  virtual void dial(const swim::Endpoint& to) = 0;
  /// Whole lines. What cannot be sent goes to drop(); may end in lost().
  virtual void send(std::string_view lines) = 0;

  void ready() noexcept { ready_ = true; }
  /// Tries the next address: at once if this one was never reached, else in a while, as when none is
  /// left and the name is asked anew. Only that is told to the log, unless it is what was told last.
  void lost(std::string_view reason);
  void drop(std::string_view lines) noexcept;

 private:
  void dial_next();

  Log* log_;
  std::string_view what_;
  Target target_;
  swim::Duration wait_;
  net::Resolver resolver_;
  loop::Timer retry_;
  std::vector<swim::IpAddress> untried_;  // of the name; the last is next
  std::string waiting_;
  std::string told_;
  std::uint64_t lines_dropped_ = 0;
  bool ready_ = false;
};

}  // namespace hearsay::agent::metrics
