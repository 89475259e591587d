#include "sim/command/sweep.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "sim/command/child.h"
#include "sim/swarm/plan.h"
#include "sim/swarm/run.h"

namespace hearsay::sim {

Plan Sweep::plan(std::uint64_t seed) const {
  Plan plan = plan_of(seed, members_max);
  if (serf_percent) {
    plan.serfs = plan.members * *serf_percent / 100;
  }
  return plan;
}

namespace {

/// What a child tells its parent; what it says in words comes behind it.
struct Result {
  std::uint64_t digest = 0;
  std::uint64_t false_failures = 0;
  double lasted = 0;  // seconds
  double settled = 0;
  bool clean = false;
};

struct Child {
  std::uint64_t seed;
  int out;  // the end of a pipe to read from
};

struct Totals {
  std::size_t seeds = 0;
  std::size_t failed = 0;
  std::uint64_t false_failures = 0;
  std::uint64_t digest = 0;
  double lasted = 0;
  double slowest = 0;
  std::uint64_t slowest_seed = 0;
};

Result run_seed(std::uint64_t seed, const Sweep& what) {
  const Outcome outcome = run(what.plan(seed), {.look_every = what.look_every});
  for (const Violation& violation : outcome.report.first()) {
    std::fprintf(stderr, "  at %.4f s: %s\n",
                 std::chrono::duration<double>(violation.at.time_since_epoch()).count(),
                 violation.what.c_str());
  }
  return {.digest = outcome.digest,
          .false_failures = outcome.false_failures,
          .lasted = std::chrono::duration<double>(outcome.lasted).count(),
          .settled = std::chrono::duration<double>(outcome.settled).count(),
          .clean = outcome.report.clean()};
}

/// In the child: standard error goes into the pipe, where a broken invariant is told too.
int be_child(std::uint64_t seed, const Sweep& what, int out) {
  dup2(out, STDERR_FILENO);
  const Result result = run_seed(seed, what);
  std::fflush(stderr);
  return write(out, &result, sizeof result) == sizeof result ? 0 : 1;
}

std::string read_all(int from) {
  std::string text;
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = read(from, piece.data(), piece.size())) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// The order in which children end is chance: digests are added.
void count(Totals& totals, std::uint64_t seed, const Result& result) {
  totals.digest += result.digest;
  totals.false_failures += result.false_failures;
  totals.lasted += result.lasted;
  if (result.settled > totals.slowest) {
    totals.slowest = result.settled;
    totals.slowest_seed = seed;
  }
}

void finish(const Child& child, int status, const Sweep& what, Totals& totals) {
  std::string words = read_all(child.out);
  close(child.out);
  Result result;
  const bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0 && words.size() >= sizeof result;
  if (ended) {
    std::copy_n(words.end() - sizeof result, sizeof result, reinterpret_cast<char*>(&result));
    words.resize(words.size() - sizeof result);
  }
  ++totals.seeds;
  count(totals, child.seed, result);
  if (result.clean) {
    return;
  }
  ++totals.failed;
  const std::string serf = what.serf_percent ? " --serf " + std::to_string(*what.serf_percent) : "";
  std::printf("seed %" PRIu64 " fails%s\n%s  repeat: tools/sim run --seed %" PRIu64
              " --members-max %zu%s --verbose\n",
              child.seed, ended ? ":" : ", and the process with it:", words.c_str(), child.seed,
              what.members_max, serf.c_str());
  std::fflush(stdout);
}

void start(std::uint64_t seed, const Sweep& what, std::map<pid_t, Child>& running) {
  const Pipe pipe = open_pipe();
  const pid_t child = start_child(pipe, [&] { return be_child(seed, what, pipe.write); });
  close(pipe.write);
  running[child] = {seed, pipe.read};
}

void wait_for_one(std::map<pid_t, Child>& running, const Sweep& what, Totals& totals) {
  int status = 0;
  const pid_t ended = wait(&status);
  if (const auto found = running.find(ended); found != running.end()) {
    finish(found->second, status, what, totals);
    running.erase(found);
  }
}

}  // namespace

std::size_t sweep(const Sweep& what) {
  const auto begun = std::chrono::steady_clock::now();
  std::map<pid_t, Child> running;
  Totals totals;
  for (std::uint64_t seed = what.first; seed <= what.last; ++seed) {
    if (running.size() >= what.jobs) {
      wait_for_one(running, what, totals);
    }
    start(seed, what, running);
  }
  while (!running.empty()) {
    wait_for_one(running, what, totals);
  }
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("seeds %" PRIu64 "..%" PRIu64 ": %zu clean, %zu failed; %.1f hours of clusters in %.0f s\n",
              what.first, what.last, totals.seeds - totals.failed, totals.failed, totals.lasted / 3600, took);
  std::printf("%" PRIu64
              " failures of healthy members, none without a reason unless told above; slowest to agree "
              "after healing: seed %" PRIu64 ", %.0f s; digest %016" PRIx64 "\n",
              totals.false_failures, totals.slowest_seed, totals.slowest, totals.digest);
  return totals.failed;
}

}  // namespace hearsay::sim
