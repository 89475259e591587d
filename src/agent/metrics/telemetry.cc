#include "agent/metrics/telemetry.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agent/metrics/statsd.h"
#include "agent/metrics/statsite.h"

namespace hearsay::agent::metrics {
namespace {

constexpr std::uint64_t beats_a_second = 10;
constexpr std::uint64_t beats_between_queues = 30 * beats_a_second;

struct SerfName {
  std::string_view counter;
  std::string_view name;
};

/// The counters that Serf has too.
constexpr auto serf_names = std::to_array<SerfName>({
    {"streams_accepted", "memberlist.tcp.accept"},
    {"push_pulls_begun", "memberlist.tcp.connect"},
    {"stream_bytes_sent", "memberlist.tcp.sent"},
    {"bytes_sent", "memberlist.udp.sent"},
    {"bytes_received", "memberlist.udp.received"},
    {"claims_alive", "memberlist.msg.alive"},
    {"claims_suspect", "memberlist.msg.suspect"},
    {"claims_dead", "memberlist.msg.dead"},
    {"probes_degraded", "memberlist.degraded.probe"},
    {"suspicions_unconfirmed", "memberlist.degraded.timeout"},
    {"member_flaps", "serf.member.flap"},
    {"query_acks", "serf.query_acks"},
    {"query_answers", "serf.query_responses"},
    {"query_acks_duplicate", "serf.query_duplicate_acks"},
    {"query_answers_duplicate", "serf.query_duplicate_responses"},
    {"coordinate_rejected", "serf.coordinate.rejected"},
    {"coordinate_zero_rtt", "serf.coordinate.zero-rtt"},
    {"rpc_clients_accepted", "agent.ipc.accept"},
    {"rpc_requests", "agent.ipc.command"},
});

std::string told_as(std::string_view counter, bool serf_names_only) {
  const auto found = std::ranges::find(serf_names, counter, &SerfName::counter);
  if (found != serf_names.end()) {
    return std::string(found->name);
  }
  return serf_names_only ? std::string() : joined("hearsay", counter);
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

double in_ms(swim::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

std::string joined(std::string_view kind, std::string_view thing) {
  std::string name(kind);
  name += '.';
  name += thing.substr(0, name_bytes_max);
  return name;
}

std::vector<std::unique_ptr<Collector>> collectors(loop::Loop& loop, Log& log,
                                                   const std::optional<Target>& statsd,
                                                   const std::optional<Target>& statsite) {
  std::vector<std::unique_ptr<Collector>> found;
  if (statsite) {
    found.push_back(std::make_unique<Statsite>(loop, log, *statsite));
  }
  if (statsd) {
    found.push_back(std::make_unique<Statsd>(loop, log, *statsd));
  }
  return found;
}

Telemetry::Telemetry(Host host, std::vector<std::unique_ptr<Collector>> collectors)
    : host_(std::move(host)),
      collectors_(std::move(collectors)),
      host_prefix_(joined(prefix, host_name())),
      timer_(host_.loop, [this] { beat(); }) {
  for (const auto& collector : collectors_) {
    collector->start();
  }
  timer_.arm_in(beat_interval);
}

void Telemetry::beat() {
  timer_.arm_in(beat_interval);
  if (beats_ % beats_a_second == 0) {
    tell_process();
    tell_gauges();
  }
  if (++beats_ % beats_between_queues == 0) {
    tell_queues();
  }
  flush();
}

void Telemetry::flush() {
  tell_counters();
  for (const auto& collector : collectors_) {
    collector->flush();
  }
}

void Telemetry::tell_counters() {
  std::size_t at = 0;
  host_.visit_counters([&](std::string_view counter, std::uint64_t value) {
    if (at == known_.size()) {
      known_.push_back({.name = told_as(counter, host_.serf_names_only), .told = 0});
    }
    Known& known = known_[at++];
    const std::uint64_t told = std::exchange(known.told, value);
    if (value > told && !known.name.empty()) {
      count(known.name, static_cast<double>(value - told));
    }
  });
  const int score = host_.stats().health_score;
  if (score != std::exchange(health_score_, score)) {
    gauge("memberlist.health.score", score);
  }
}

/// Of what Go's runtime tells, that which there is here.
void Telemetry::tell_process() {
  const struct mallinfo2 heap = ::mallinfo2();
  gauge("runtime.num_goroutines", 1);
  gauge("runtime.alloc_bytes", static_cast<double>(heap.uordblks + heap.hblkhd));
  gauge("runtime.sys_bytes", static_cast<double>(heap.arena + heap.hblkhd));
  gauge("runtime.total_gc_pause_ns", 0);
  gauge("runtime.total_gc_runs", 0);
}

/// Serf has none of these. One is told when it has changed, and at the start.
void Telemetry::tell_gauges() {
  if (host_.serf_names_only) {
    return;
  }
  std::size_t at = 0;
  host_.visit_gauges([&](std::string_view name, std::uint64_t value) {
    if (at == gauges_.size()) {
      gauges_.push_back({.name = joined("hearsay", name), .told = ~value});
    }
    Known& known = gauges_[at++];
    if (value != std::exchange(known.told, value)) {
      gauge(known.name, static_cast<double>(value));
    }
  });
}

void Telemetry::tell_queues() {
  const swim::Stats stats = host_.stats();
  sample("serf.queue.Intent", static_cast<double>(stats.intent_queue));
  sample("serf.queue.Event", static_cast<double>(stats.event_queue));
  sample("serf.queue.Query", static_cast<double>(stats.query_queue));
}

void Telemetry::on_event(const swim::Event& event) {
  if (const auto* member = std::get_if<swim::MemberEvent>(&event)) {
    tell_member(*member);
  } else if (const auto* user = std::get_if<swim::UserEventReceived>(&event)) {
    count("serf.events");
    count(joined("serf.events", user->name));
  } else if (const auto* measured = std::get_if<swim::Measured>(&event)) {
    tell_measured(*measured);
  }
}

void Telemetry::tell_member(const swim::MemberEvent& event) {
  switch (event.kind) {
    case swim::MemberEventKind::join:
      return count("serf.member.join");
    case swim::MemberEventKind::leave:
      return count("serf.member.left");
    case swim::MemberEventKind::failed:
      return count("serf.member.failed");
    case swim::MemberEventKind::update:
      return count("serf.member.update");
    case swim::MemberEventKind::reap:
      return;  // Serf does not count these
  }
}

void Telemetry::tell_measured(const swim::Measured& measured) {
  const auto since = [&] { return in_ms(loop::Loop::now() - measured.since); };
  switch (measured.what) {
    case swim::Measured::What::probe:
      return sample("memberlist.probeNode", since());
    case swim::Measured::What::gossip:
      return sample("memberlist.gossip", since());
    case swim::Measured::What::push_pull:
      return sample("memberlist.pushPullNode", since());
    case swim::Measured::What::message_received:
      return sample("serf.msgs.received", measured.value);
    case swim::Measured::What::message_sent:
      return sample("serf.msgs.sent", measured.value);
    case swim::Measured::What::coordinate_moved:
      return sample("serf.coordinate.adjustment-ms", measured.value);
    case swim::Measured::What::query_heard:
      count("serf.queries");
      return count(joined("serf.queries", measured.name));
  }
}

void Telemetry::on_script(std::string_view script, swim::Duration took) {
  sample(joined("agent.invoke", script), in_ms(took));
}

void Telemetry::on_snapshot(std::string_view what, swim::Duration took) {
  sample(joined("serf.snapshot", what), in_ms(took));
}

void Telemetry::tell(Kind kind, std::string_view before, std::string_view name, double value) {
  line_.clear();
  append_line(line_, kind, before, name, value);
  for (const auto& collector : collectors_) {
    collector->add(line_);
  }
}

std::uint64_t Telemetry::lines_dropped() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& collector : collectors_) {
    sum += collector->lines_dropped();
  }
  return sum;
}

}  // namespace hearsay::agent::metrics
