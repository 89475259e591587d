// What an agent shows of itself to those who watch it.

#include <map>
#include <memory>
#include <string>

#include "agent/agent.h"

namespace hearsay::agent {

void Agent::visit_counters(const CounterVisitor& visit) const {
  node().counters().for_each(visit);
  gossip_->udp_counters().for_each(visit);
  rpc_->counters().for_each(visit);
  (discovery_ ? discovery_->counters() : mdns::Counters()).for_each(visit);
  visit("streams_held_back", gossip_->streams_held_back());
  visit("streams_aborted", gossip_->streams_aborted());
  visit("user_events_uncoalesced", coalescer_.user_events_dropped());
  visit("hooks_run", hooks_.counters().runs);
  visit("hooks_failed", hooks_.counters().failed);
  visit("hooks_timed_out", hooks_.counters().timed_out);
  visit("hook_events_dropped", hooks_.counters().dropped);
  visit("hook_answers_refused", hooks_.counters().answers_refused);
  visit("lookups_refused", joiner_.lookups_refused() + client_joiner_.lookups_refused());
  visit("log_lines_cut", host_.log.lines_cut());
  visit("log_lines_dropped", host_.terminal.lines_dropped());
  visit("error_lines_dropped", host_.errors.lines_dropped());
  visit("syslog_lines_dropped", host_.log.syslog_lines_dropped());
  visit("snapshot_write_errors", snapshot_ ? snapshot_->write_errors() : 0);
  visit("metrics_dropped", telemetry_ != nullptr ? telemetry_->lines_dropped() : 0);
}

void Agent::visit_gauges(const CounterVisitor& visit) const {
  node().gauges().for_each(visit);
  visit("hook_events_waiting", hooks_.waiting());
  visit("rpc_clients", rpc_->client_count());
}

void Agent::start_metrics() {
  auto collectors = metrics::collectors(host_.loop, host_.log, settings_.statsd, settings_.statsite);
  if (collectors.empty()) {
    return;
  }
  settings_.node.measure = true;
  telemetry_ = std::make_unique<metrics::Telemetry>(
      metrics::Telemetry::Host{
          .loop = host_.loop,
          .visit_counters = [this](const CounterVisitor& visit) { visit_counters(visit); },
          .visit_gauges = [this](const CounterVisitor& visit) { visit_gauges(visit); },
          .stats = [this] { return node().stats(); },
          .serf_names_only = host_.serf_mode},
      std::move(collectors));
  if (snapshot_) {
    snapshot_->measure(
        [this](std::string_view what, swim::Duration took) { telemetry_->on_snapshot(what, took); });
  }
}

std::map<std::string, std::string> Agent::figures() const {
  std::map<std::string, std::string> section;
  const auto add = [&](std::string_view name, std::uint64_t value) {
    section.insert_or_assign(std::string(name), std::to_string(value));
  };
  visit_counters(add);
  visit_gauges(add);
  return section;
}

}  // namespace hearsay::agent
