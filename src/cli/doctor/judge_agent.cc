#include "cli/doctor/judge_agent.h"

#include <array>
#include <cstdlib>
#include <map>
#include <utility>

namespace hearsay::cli::doctor {
namespace {

struct Symptom {
  std::string_view id;
  std::array<std::string_view, 4> counters;  // any of them above zero
  std::string_view what;
  std::string_view remedy;
};

constexpr std::array symptoms = {
    Symptom{"name-clash",
            {"name_conflicts"},
            "two agents use one name",
            "give each agent a name of its own with -node"},
    Symptom{"queue-overflow",
            {"datagrams_overflowed"},
            "packets came faster than the agent read them",
            "raise net.core.rmem_max, and see what keeps the host busy"},
    Symptom{"queue-overflow",
            {"rumors_dropped", "intents_dropped", "user_events_refused", "queries_refused"},
            "more news came than the queues hold",
            "send fewer events and queries at a time"},
    Symptom{"queue-overflow",
            {"hook_events_dropped", "hooks_timed_out"},
            "a hook is too slow for its events",
            "see the agent's log for the slow hook, and let it return sooner"},
    Symptom{"key-mismatch",
            {"keys_refused"},
            "keys came that its ring has no room for",
            "remove the keys that nobody uses any more with `hearsay keys -remove`"},
    Symptom{"clock",
            {"lamport_refused"},
            "somebody sends impossible Lamport times",
            "find the agent that sends them, in the log, and restart it without its snapshot"},
    Symptom{"flapping",
            {"member_flaps"},
            "members failed and were back soon after",
            "examine them one by one with `hearsay doctor NAME`; their hosts may be overloaded"},
};

std::uint64_t number(const std::map<std::string_view, std::string_view>& section, std::string_view key) {
  const auto found = section.find(key);
  return found == section.end() ? 0 : std::strtoull(std::string(found->second).c_str(), nullptr, 10);
}

/// "rumors_dropped = 3"; empty if the agent counts none.
std::string evidence_of(const Symptom& symptom,
                        const std::map<std::string_view, std::string_view>& counters) {
  std::string out;
  for (const std::string_view counter : symptom.counters) {
    if (const std::uint64_t count = counter.empty() ? 0 : number(counters, counter); count > 0) {
      out.append(out.empty() ? "" : ", ").append(counter).append(" = ").append(std::to_string(count));
    }
  }
  return out;
}

}  // namespace

std::vector<Finding> judge_agent(std::string_view name, Stats stats, std::string_view load,
                                 const std::vector<std::string>& conflicts) {
  std::vector<Finding> out;
  if (const std::uint64_t score = number(stats["serf"], "health_score"); score > 0) {
    const std::string of_host = load.empty() ? "" : ", load of its host " + std::string(load);
    out.push_back({"overloaded", std::string(name), "this agent itself is late or hears too little",
                   "health_score = " + std::to_string(score) + of_host,
                   "look at this host first: its processor, its network, whether it was paused"});
  }
  for (const Symptom& symptom : symptoms) {
    std::string evidence = evidence_of(symptom, stats["hearsay"]);
    if (evidence.empty()) {
      continue;
    }
    evidence += " since the agent started";
    if (symptom.id == "name-clash" && !conflicts.empty()) {
      evidence += "; " + conflicts.back();
    }
    out.push_back({symptom.id, std::string(name), std::string(symptom.what), std::move(evidence),
                   std::string(symptom.remedy)});
  }
  return out;
}

std::uint64_t unreadable_packets(Stats stats) {
  return stats["serf"]["encrypted"] == "true" ? number(stats["hearsay"], "packets_rejected") : 0;
}

std::vector<Finding> judge_unreadable_packets(std::string_view name, std::uint64_t before,
                                              std::uint64_t now) {
  if (now <= before) {
    return {};
  }
  return {{"key-mismatch", std::string(name), "packets keep coming that none of its keys opens",
           "packets_rejected = " + std::to_string(now) + ", " + std::to_string(now - before) +
               " of them during this examination",
           "look for agents with other keys: their addresses are in the log at level debug"}};
}

}  // namespace hearsay::cli::doctor
