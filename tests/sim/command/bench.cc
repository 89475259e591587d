#include "sim/command/bench.h"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include "sim/checks/inspector.h"
#include "sim/fleet.h"

namespace hearsay::sim {

using namespace swim;

namespace {

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

double memory_gib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1024 * 1024);
}

/// Counting is quicker than comparing every view, and as good while nobody has failed.
bool all_know_all(const Fleet& fleet) {
  for (NodeIndex i = 0; i < fleet.size(); ++i) {
    if (!fleet.world().up(i) || fleet.world().node(i).members().count(MemberStatus::alive) != fleet.size()) {
      return false;
    }
  }
  return true;
}

bool form(Fleet& fleet) {
  using namespace std::chrono_literals;
  World& world = fleet.world();
  const auto size = static_cast<std::int64_t>(fleet.size());
  const Duration apart = 1ms;
  const Stopwatch watch;
  for (NodeIndex i = 0; i < fleet.size(); ++i) {
    world.later(i * apart, [&fleet, i] { fleet.start(i); });
  }
  const Instant end = world.now() + size * apart + 10min;
  while (world.now() < end && !all_know_all(fleet)) {
    world.run_until(world.now() + 1s);
  }
  std::printf("%zu members formed in %.1f s of virtual time: %.2f s, %.2f GiB\n", fleet.size(),
              std::chrono::duration<double>(world.now().time_since_epoch()).count(), watch.seconds(),
              memory_gib());
  return all_know_all(fleet);
}

void quiet(Fleet& fleet, double lasts, const char* how) {
  World& world = fleet.world();
  const std::uint64_t steps = world.steps();
  const Stopwatch watch;
  world.run_until(world.now() + std::chrono::nanoseconds(static_cast<std::int64_t>(lasts * 1e9)));
  const double took = watch.seconds();
  const double member_seconds = lasts * static_cast<double>(fleet.size());
  std::printf("quiet, %s: %.0f member-seconds a second (%.2f us each, %.1f steps)\n", how,
              member_seconds / took, 1e6 * took / member_seconds,
              static_cast<double>(world.steps() - steps) / member_seconds);
}

}  // namespace

bool bench(const Bench& what) {
  World world(1);
  Fleet fleet(
      world, what.members, [](NodeIndex) { return Config(); }, 1);
  fleet.seeds_end = 1;
  if (!form(fleet)) {
    std::printf("it did not form\n");
    return false;
  }
  // What a join brings with it is over after a minute.
  world.run_until(world.now() + std::chrono::minutes(1));
  quiet(fleet, what.seconds, "checkers off");
  Report report;
  Inspector inspector(fleet, report);
  inspector.blameless = true;
  quiet(fleet, what.seconds, "checked after every step");
  inspector.look_every = 16;
  quiet(fleet, what.seconds, "checked after every 16th step");
  std::printf("digest %016llx\n", static_cast<unsigned long long>(world.digest()));
  return report.clean();
}

}  // namespace hearsay::sim
