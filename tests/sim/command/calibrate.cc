#include "sim/command/calibrate.h"

#include <array>
#include <cstdio>
#include <memory>

#include "sim/calibration/calibration.h"

namespace hearsay::sim {

namespace {

struct Options {
  Calibration what;
  std::uint64_t seeds = 5;
};

struct Row {
  const char* key;
  double Figures::*figure;
};
constexpr std::array<Row, 9> rows{{{"idle_datagrams_per_s", &Figures::idle_datagrams_per_s},
                                   {"event_half_ms", &Figures::event_half_ms},
                                   {"event_last_ms", &Figures::event_last_ms},
                                   {"event_datagrams", &Figures::event_datagrams},
                                   {"tags_half_ms", &Figures::tags_half_ms},
                                   {"tags_last_ms", &Figures::tags_last_ms},
                                   {"tags_datagrams", &Figures::tags_datagrams},
                                   {"kill_first_s", &Figures::kill_first_s},
                                   {"kill_last_s", &Figures::kill_last_s}}};

/// The mean of that many seeds.
Figures mean_of(Calibration what, std::uint64_t seeds) {
  Figures mean;
  for (std::uint64_t i = 0; i < seeds; ++i, ++what.seed) {
    const Figures one = calibrate(what);
    for (const Row& row : rows) {
      mean.*row.figure += one.*row.figure / static_cast<double>(seeds);
    }
  }
  return mean;
}

void run(Options& options) {
  options.what.network.latency = std::chrono::microseconds(50);
  options.what.habits = swim::Habits::serf();
  const Figures serf = mean_of(options.what, options.seeds);
  options.what.habits = swim::Habits::hearsay();
  const Figures ours = mean_of(options.what, options.seeds);
  std::printf("%zu members, %llu seeds\n\n", options.what.members,
              static_cast<unsigned long long>(options.seeds));
  std::printf("| %-22s | Serf's mode | Hearsay |\n|---|---|---|\n", "figure");
  for (const Row& row : rows) {
    std::printf("| %-22s | %11.2f | %7.2f |\n", row.key, serf.*row.figure, ours.*row.figure);
  }
}

}  // namespace

void add_calibrate(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* const calibrate =
      app.add_subcommand("calibrate", "Figures to compare with those of real agents: tools/calibrate");
  calibrate->add_option("--members", options->what.members, "Members, more than those that are killed")
      ->check(CLI::Range(12, 10'000))
      ->capture_default_str();
  calibrate->add_option("--seed", options->what.seed, "The first seed")->capture_default_str();
  calibrate->add_option("--seeds", options->seeds, "How many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  calibrate->add_option("--news", options->what.news, "Events, and changes of tags")->capture_default_str();
  calibrate->add_option("--kills", options->what.kills, "Members killed, one after another")
      ->check(CLI::Range(1, 10))
      ->capture_default_str();
  calibrate->callback([options] { run(*options); });
}

}  // namespace hearsay::sim
