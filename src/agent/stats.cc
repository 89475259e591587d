#include "agent/stats.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>

namespace hearsay::agent {
namespace {

using Section = std::map<std::string, std::string>;

std::string architecture() {
  utsname host{};
  if (::uname(&host) != 0) {
    return "unknown";
  }
  // Serf says it in Go's words.
  const std::string_view machine = host.machine;
  return machine == "x86_64" ? "amd64" : machine == "aarch64" ? "arm64" : std::string(machine);
}

Section runtime_section() {
  return {
      {"os", "linux"},          {"arch", architecture()},
      {"version", __VERSION__}, {"max_procs", "1"},  // the loop is one thread
      {"goroutines", "1"},      {"cpu_count", std::to_string(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)))}};
}

Section serf_section(const swim::Node& node) {
  const swim::Stats stats = node.stats();
  return {{"members", std::to_string(stats.members)},
          {"failed", std::to_string(stats.failed)},
          {"left", std::to_string(stats.left)},
          {"health_score", std::to_string(stats.health_score)},
          {"member_time", std::to_string(stats.member_time)},
          {"event_time", std::to_string(stats.event_time)},
          {"query_time", std::to_string(stats.query_time)},
          {"intent_queue", std::to_string(stats.intent_queue)},
          {"event_queue", std::to_string(stats.event_queue)},
          {"query_queue", std::to_string(stats.query_queue)},
          {"encrypted", stats.encrypted ? "true" : "false"},
          {"coordinate_resets", std::to_string(node.counters().coordinate_resets)}};
}

Section handler_section(const std::vector<hooks::Spec>& handlers) {
  Section section;
  for (const hooks::Spec& handler : handlers) {
    for (const EventFilter& filter : handler.filters) {
      std::string key = filter.type;
      for (const TagFilter& tag : filter.tags) {
        key.append("[").append(tag.key).append("=").append(tag.expression).append("]");
      }
      section.insert_or_assign(key + ":" + filter.name, handler.script);
    }
  }
  return section;
}

}  // namespace

rpc::StatsTree serf_stats(const swim::Node& node, const Settings& settings) {
  return {{"agent", {{"name", node.config().name}}},
          {"runtime", runtime_section()},
          {"serf", serf_section(node)},
          {"tags", Section(node.tags().begin(), node.tags().end())},
          {"event_handlers", handler_section(settings.handlers)}};
}

}  // namespace hearsay::agent
