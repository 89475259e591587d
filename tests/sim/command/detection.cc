#include "sim/command/detection.h"

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/detection/detection.h"
#include "sim/serf_mode.h"
#include "sim/units.h"

namespace hearsay::sim {

namespace {

const std::map<std::string, Mishap> faults{{"kill", Mishap::kill},
                                           {"hang", Mishap::hang},
                                           {"restart", Mishap::restart},
                                           {"reject", Mishap::reject},
                                           {"none", Mishap::none}};

/// What makes detection faster, by name: what each is worth shows when it is switched off.
const std::map<std::string, bool swim::Habits::*> habits{
    {"balance", &swim::Habits::balanced_probes},     {"timeouts", &swim::Habits::measured_timeouts},
    {"witnesses", &swim::Habits::witnesses},         {"refuting", &swim::Habits::refute_again},
    {"speaking", &swim::Habits::refutation_answers}, {"doubt", &swim::Habits::doubt_own_word},
    {"refusals", &swim::Habits::believe_refusals},   {"damping", &swim::Habits::damp_flapping}};

struct Options {
  Detection detection;
  std::string fault = "kill";
  std::vector<std::string> without;
  double loss = 0;           // percent
  double latency_ms = 0.25;  // one way
  double watched_s = 120;
  unsigned serf = 0;  // percent
};

void print_line(const char* what, const std::vector<swim::Duration>& ascending) {
  const auto at = [&](double share) { return seconds(quantile(ascending, share)); };
  if (!ascending.empty()) {
    std::printf("%s knows, s:  median %.2f  99 %% %.2f  max %.2f\n", what, at(0.5), at(0.99), at(1));
  }
}

void run(Options& options) {
  Detection& what = options.detection;
  if (what.victims >= what.members) {
    throw CLI::ValidationError("--victims", "must be fewer than --members");
  }
  what.network.latency = from_ms(options.latency_ms);
  what.network.loss = options.loss / 100;
  what.watched = from_ms(1000 * options.watched_s);
  what.mishap = faults.at(options.fault);
  what.tune = [&options](NodeIndex i, swim::Config& config) {
    if (i * 37 % 100 < options.serf) {
      do_as_serf(config);
    }
    for (const std::string& name : options.without) {
      config.habits.*habits.at(name) = false;
    }
  };
  const DetectionResult result = measure_detection(what);
  std::printf("%zu members, %zu victims, %u %% in Serf's mode, %.0f %% loss, %zu runs, seed %llu\n",
              what.members, what.victims, options.serf, options.loss, what.runs,
              static_cast<unsigned long long>(what.seed));
  print_line("first", result.first);
  print_line("last ", result.last);
  std::printf("not found by all: %zu runs; false failures: %zu; suspicions: %llu; watched: %.1f node-hours\n",
              result.missed, result.false_failures, static_cast<unsigned long long>(result.suspicions),
              result.node_hours);
}

}  // namespace

void add_detection(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  Detection& what = options->detection;
  CLI::App* const detection =
      app.add_subcommand("detection", "Members go: when the others know, and who is wronged");
  detection->add_option("--members", what.members, "Members")
      ->check(CLI::Range(2, 60'000))
      ->capture_default_str();
  detection->add_option("--victims", what.victims, "Members that it happens to at once, fewer than --members")
      ->check(CLI::Range(1, 59'999))
      ->capture_default_str();
  detection->add_option("--fault", options->fault, "What happens to it")
      ->check(CLI::IsMember(faults))
      ->capture_default_str();
  detection->add_option("--without", options->without, "Switched off, at all members; may be repeated")
      ->check(CLI::IsMember(habits));
  detection->add_option("--loss", options->loss, "Percent of packets lost")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  detection->add_option("--latency", options->latency_ms, "Milliseconds a packet takes")
      ->capture_default_str();
  detection->add_option("--serf", options->serf, "Percent of members in Serf's mode")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  detection->add_option("--runs", what.runs, "Clusters, one after another")->capture_default_str();
  detection->add_option("--watched", options->watched_s, "Seconds each is watched, at most")
      ->capture_default_str();
  detection->add_option("--seed", what.seed, "The first seed")->capture_default_str();
  detection->callback([options] { run(*options); });
}

}  // namespace hearsay::sim
