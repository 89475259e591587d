#include "sim/command/lifeguard.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <optional>

#include "sim/command/child.h"
#include "sim/lifeguard/grid.h"
#include "sim/units.h"

namespace hearsay::sim {

using namespace lifeguard;

namespace {

/// What a worker tells. Small enough for a pipe to keep in one piece, whoever else writes to it.
struct Message {
  std::size_t place;  // of the trial
  Outcome outcome;
};
static_assert(sizeof(Message) <= 512);

/// Worker w of n makes the trials w, w + n, w + 2n ... The status to end with.
int work(const std::vector<Trial>& grid, const Mode& mode, const LifeguardOptions& what, std::size_t worker,
         int out) {
  for (std::size_t i = worker; i < grid.size(); i += what.jobs) {
    const Message message{i, run(grid[i], mode, what.tuning)};
    if (write(out, &message, sizeof message) != sizeof message) {
      return 1;
    }
  }
  return 0;
}

int start_workers(const std::vector<Trial>& grid, const Mode& mode, const LifeguardOptions& what) {
  const Pipe pipe = open_pipe();
  for (std::size_t worker = 0; worker < what.jobs; ++worker) {
    start_child(pipe, [&] { return work(grid, mode, what, worker, pipe.write); });
  }
  close(pipe.write);
  return pipe.read;
}

void tell(const Trial& trial, const Outcome& outcome) {
  if (outcome.false_positives > 0) {
    std::printf("  %2zu paused %7.3f s, gap %7.3f s: FP %5" PRIu64 ", FP- %5" PRIu64 ", seed %016" PRIx64
                "\n",
                trial.paused, seconds(trial.pause), seconds(trial.gap), outcome.false_positives,
                outcome.healthy_positives, trial.seed);
  }
}

/// Nothing if a worker died. Added in the order of the trials, whichever worker made them.
std::optional<Totals> collect(const std::vector<Trial>& grid, const Mode& mode,
                              const LifeguardOptions& what) {
  const int in = start_workers(grid, mode, what);
  std::vector<Outcome> outcomes(grid.size());
  std::size_t done = 0;
  for (Message message{}; read(in, &message, sizeof message) == sizeof message;) {
    outcomes[message.place] = message.outcome;
    ++done;
    std::fprintf(stderr, "\r%-13.*s %zu of %zu", static_cast<int>(mode.name.size()), mode.name.data(), done,
                 grid.size());
  }
  std::fputs("\r\033[K", stderr);
  close(in);
  while (wait(nullptr) > 0) {
  }
  if (done != grid.size()) {
    return std::nullopt;
  }
  Totals totals;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    totals.add(grid[i], outcomes[i]);
    if (what.by_trial) {
      tell(grid[i], outcomes[i]);
    }
  }
  return totals;
}

void print_header(const LifeguardOptions& what) {
  std::printf("%d run%s of the %s grid, seed %" PRIu64 "\n\n", what.runs, what.runs == 1 ? "" : "s",
              what.quick ? "quick" : "whole", what.seed);
  std::puts(
      "| mode | FP | FP- | first detection s, median/99/99.9 | full dissemination s | messages M | GiB |");
  std::puts("|---|---|---|---|---|---|---|");
}

void print_row(const Mode& mode, const Totals& totals) {
  const auto three = [](const std::vector<float>& values) {
    std::printf(" %.2f/%.2f/%.2f |", percentile(values, 0.5), percentile(values, 0.99),
                percentile(values, 0.999));
  };
  std::printf("| %.*s | %" PRIu64 " | %" PRIu64 " |", static_cast<int>(mode.name.size()), mode.name.data(),
              totals.false_positives, totals.healthy_positives);
  three(totals.first);
  three(totals.full);
  constexpr double gib = 1024.0 * 1024 * 1024;
  std::printf(" %.2f | %.2f |\n", static_cast<double>(totals.messages) / 1e6,
              static_cast<double>(totals.bytes) / gib);
}

std::string by_paused(const Mode& mode, const Totals& totals) {
  std::string line = "FP by members paused, " + std::string(mode.name) + ":";
  for (const auto& [paused, count] : totals.by_paused) {
    line += " " + std::to_string(paused) + ":" + std::to_string(count);
  }
  return line + "\n";
}

}  // namespace

bool lifeguard_table(const LifeguardOptions& what) {
  const std::vector<Trial> grid = trials(what.seed, what.runs, what.quick);
  std::string notes;
  print_header(what);
  for (const Mode& mode : modes()) {
    if (!what.modes.empty() && std::ranges::find(what.modes, mode.name) == what.modes.end()) {
      continue;
    }
    const auto totals = collect(grid, mode, what);
    if (!totals) {
      std::fprintf(stderr, "tools/sim: a worker ended before its trials did\n");
      return false;
    }
    print_row(mode, *totals);
    std::fflush(stdout);
    notes += by_paused(mode, *totals);
    if (totals->unformed > 0) {
      notes += std::to_string(totals->unformed) + " clusters were not whole after their quiet start\n";
    }
  }
  std::printf("\n%s", notes.c_str());
  return true;
}

}  // namespace hearsay::sim
