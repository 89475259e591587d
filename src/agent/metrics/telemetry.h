// Serf's metrics: what is counted and measured, under Serf's names, to statsd and statsite.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/counters.h"
#include "agent/loop/timer.h"
#include "agent/metrics/collector.h"
#include "agent/metrics/line.h"
#include "swim/event.h"
#include "swim/node.h"

namespace hearsay::agent::metrics {

/// Ten times a second it sends what has happened since: counters as differences, samples one by one,
/// gauges every second, the lengths of queues every 30 s. What Serf does not count goes
/// under `hearsay.NAME`. Exists only if somebody collects: else nothing of this costs anything.
class Telemetry {
 public:
  static constexpr swim::Duration beat_interval = std::chrono::milliseconds(100);  // as go-metrics flushes

  struct Host {
    loop::Loop& loop;
    /// Calls back with everything that is counted, always in the same order.
    std::function<void(const CounterVisitor&)> visit_counters;
    /// The same with what is held now.
    std::function<void(const CounterVisitor&)> visit_gauges;
    std::function<swim::Stats()> stats;
    bool serf_names_only;
  };

  Telemetry(Host host, std::vector<std::unique_ptr<Collector>> collectors);

  void on_event(const swim::Event& event);
  void on_script(std::string_view script, swim::Duration took);
  void on_snapshot(std::string_view what, swim::Duration took);
  /// Sends what there is: for the end of the agent.
  void flush();

  [[nodiscard]] std::uint64_t lines_dropped() const noexcept;

 private:
  /// A counter as it was told last, and the name it is told by; none: it is not told.
  struct Known {
    std::string name;
    std::uint64_t told;
  };

  void beat();
  void tell_counters();
  void tell_process();
  void tell_gauges();
  void tell_queues();
  void tell_member(const swim::MemberEvent& event);
  void tell_measured(const swim::Measured& measured);
  void count(std::string_view name, double value = 1) { tell(Kind::counter, prefix, name, value); }
  void sample(std::string_view name, double value) { tell(Kind::sample, prefix, name, value); }
  void gauge(std::string_view name, double value) { tell(Kind::gauge, host_prefix_, name, value); }
  void tell(Kind kind, std::string_view before, std::string_view name, double value);

  static constexpr std::string_view prefix = "serf-agent";

  Host host_;
  std::vector<std::unique_ptr<Collector>> collectors_;
  std::string host_prefix_;  // of gauges: with the name of this host, as go-metrics has it
  std::string line_;
  std::vector<Known> known_;   // counters
  std::vector<Known> gauges_;  // what they were when they were told last
  int health_score_ = 0;
  std::uint64_t beats_ = 0;
  loop::Timer timer_;
};

/// One for each that is wanted.
[[nodiscard]] std::vector<std::unique_ptr<Collector>> collectors(loop::Loop& loop, Log& log,
                                                                 const std::optional<Target>& statsd,
                                                                 const std::optional<Target>& statsite);

/// KIND.THING, the name of a metric about one thing of a kind: a script, an event.
[[nodiscard]] std::string joined(std::string_view kind, std::string_view thing);

}  // namespace hearsay::agent::metrics
