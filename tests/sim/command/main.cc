// The simulator's command line. `tools/sim` builds it and runs it.
#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <string>

#include "sim/command/bench.h"
#include "sim/command/calibrate.h"
#include "sim/command/detection.h"
#include "sim/command/lifeguard.h"
#include "sim/command/rapid.h"
#include "sim/command/spread.h"
#include "sim/command/sweep.h"
#include "sim/swarm/plan.h"
#include "sim/swarm/run.h"
#include "sim/units.h"

namespace hearsay::sim {

namespace {

/// "5" or "1..1000".
bool parse_seeds(const std::string& text, Sweep& into) {
  const std::size_t dots = text.find("..");
  const std::string first = text.substr(0, dots);
  const std::string last = dots == std::string::npos ? first : text.substr(dots + 2);
  return CLI::detail::lexical_cast(first, into.first) && CLI::detail::lexical_cast(last, into.last) &&
         into.first <= into.last;
}

int run_one(std::uint64_t seed, const Sweep& limits, bool verbose) {
  const Plan plan = limits.plan(seed);
  std::printf("seed %" PRIu64 ": %s", seed, plan.describe().c_str());
  const Outcome outcome = run(plan, {.look_every = limits.look_every, .trace = verbose ? stdout : nullptr});
  for (const Violation& violation : outcome.report.first()) {
    std::printf("violated at %.4f s: %s\n", seconds(violation.at.time_since_epoch()), violation.what.c_str());
  }
  std::printf("%s: %.0f s of virtual time, agreed %.0f s after healing, %" PRIu64
              " failures of healthy members, %" PRIu64 " steps, digest %016" PRIx64 "\n",
              outcome.report.clean() ? "clean" : "FAILED", seconds(outcome.lasted), seconds(outcome.settled),
              outcome.false_failures, outcome.steps, outcome.digest);
  return outcome.report.clean() ? 0 : 1;
}

CLI::App* add_lifeguard(CLI::App& app, LifeguardOptions& what) {
  CLI::App* const command =
      app.add_subcommand("lifeguard", "Lifeguard's experiment: members that block, and who is called failed");
  std::vector<std::string> names;
  for (const lifeguard::Mode& mode : lifeguard::modes()) {
    names.emplace_back(mode.name);
  }
  command->add_option("--mode", what.modes, "A row of the table; may be repeated; else all")
      ->check(CLI::IsMember(names));
  command->add_option("--alpha", what.tuning.alpha, "Shortest suspicion: alpha * log10(n) seconds")
      ->check(CLI::Range(1, 100));
  command->add_option("--beta", what.tuning.beta, "Longest suspicion: beta times the shortest")
      ->check(CLI::Range(1, 100));
  command->add_option("--runs", what.runs, "Of the whole grid")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--jobs", what.jobs, "Processes at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--seed", what.seed, "Of the trials")->capture_default_str();
  command->add_flag("--quick", what.quick, "A small part of the grid");
  command->add_flag("--by-trial", what.by_trial, "Tell of every trial with a false positive");
  return command;
}

int main(int argc, char** argv) {
  CLI::App app("Whole clusters of the real protocol core, under virtual time and a made-up network.",
               "tools/sim");
  Sweep limits;
  Bench bench_of;
  std::string seeds = "1..100";
  std::uint64_t seed = 1;
  bool verbose = false;
  bool benchmark = false;
  app.add_flag("--bench", benchmark, "Measure member-seconds a second in a quiet cluster");
  app.add_option("--members", bench_of.members, "With --bench: members")->check(CLI::Range(2, 60'000));
  app.add_option("--seconds", bench_of.seconds, "With --bench: seconds of virtual time");
  const auto add_limits = [&](CLI::App* to) {
    to->add_option("--members-max", limits.members_max, "Largest cluster a seed may stand for")
        ->check(CLI::Range(2, 10'000))
        ->capture_default_str();
    to->add_option("--serf", limits.serf_percent, "Percent of the members in Serf's mode, in every cluster")
        ->check(CLI::Range(0, 100));
    to->add_option("--look-every", limits.look_every, "Check a node after every so many steps; 0: never")
        ->capture_default_str();
  };
  CLI::App* const swarm =
      app.add_subcommand("swarm", "Many seeds: each a cluster, faults and work of its own");
  swarm->add_option("--seeds", seeds, "FIRST..LAST, or one")->capture_default_str();
  swarm->add_option("--jobs", limits.jobs, "Processes at a time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  add_limits(swarm);
  CLI::App* const one = app.add_subcommand("run", "One seed, with what it stands for and what came of it");
  one->add_option("--seed", seed, "The seed")->required();
  one->add_flag("--verbose", verbose, "Tell everything that members hear of each other");
  add_limits(one);
  add_calibrate(app);
  add_detection(app);
  add_rapid(app);
  add_spread(app);
  LifeguardOptions lifeguard;
  CLI::App* const paused = add_lifeguard(app, lifeguard);
  app.require_subcommand(0, 1);
  CLI11_PARSE(app, argc, argv);
  if (benchmark) {
    return bench(bench_of) ? 0 : 1;
  }
  if (one->parsed()) {
    return run_one(seed, limits, verbose);
  }
  for (const char* const done : {"calibrate", "detection", "rapid", "spread"}) {
    if (app.got_subcommand(done)) {
      return 0;
    }
  }
  if (paused->parsed()) {
    return lifeguard_table(lifeguard) ? 0 : 1;
  }
  if (!swarm->parsed()) {
    std::fputs(app.help().c_str(), stdout);
    return 2;
  }
  if (!parse_seeds(seeds, limits)) {
    std::fprintf(stderr, "tools/sim: --seeds %s: want FIRST..LAST, as in 1..1000\n", seeds.c_str());
    return 2;
  }
  return sweep(limits) == 0 ? 0 : 1;
}

}  // namespace

}  // namespace hearsay::sim

int main(int argc, char** argv) {
  return hearsay::sim::main(argc, argv);
}
