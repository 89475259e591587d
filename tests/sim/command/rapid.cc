#include "sim/command/rapid.h"

#include <cinttypes>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "sim/rapid/flips.h"
#include "sim/rapid/mass_restart.h"
#include "sim/serf_mode.h"
#include "sim/units.h"

namespace hearsay::sim {

namespace {

/// Which packets of a faulty member the network loses.
struct Impairment {
  bool sent;
  bool received;
  bool all;  // or so many percent, by --loss
};

const std::map<std::string, Impairment> impairments{{"one-way-in", {false, true, true}},
                                                    {"one-way-out", {true, false, true}},
                                                    {"loss", {false, true, false}},
                                                    {"loss-out", {true, false, false}},
                                                    {"loss-both", {true, true, false}}};
constexpr const char* restart_case = "restart";

struct Options {
  std::string what = "one-way-in";
  std::size_t members = 1000;
  double faulty = 1;      // percent
  double restarted = 90;  // percent
  double loss = 80;       // percent
  double period_s = 0;
  double watched_s = 600;
  double latency_ms = 0.25;  // one way
  std::size_t seeds = 3;
  unsigned serf = 0;  // percent
  std::uint64_t seed = 1;
};

std::size_t share_of(const Options& options, double percent) {
  return static_cast<std::size_t>(static_cast<double>(options.members) * percent / 100 + 0.5);
}

auto tune(const Options& options) {
  return [serf = options.serf](NodeIndex i, swim::Config& config) {
    if (i * 37 % 100 < serf) {
      do_as_serf(config);
    }
  };
}

void print_views(const char* viewers, const char* members, const rapid::Views& views) {
  std::printf(
      "%s of %s: flips %u at most, %" PRIu64 " in all; %zu of %zu views flipped, %zu failed at last\n",
      viewers, members, views.flips_most, views.flips, views.flipped, views.count, views.failed_at_last);
}

void print_flips(const Options& options, const rapid::Flips& flips, const rapid::FlipsResult& result) {
  using Result = rapid::FlipsResult;
  std::printf(
      "%s: %zu members, %zu faulty, %.0f %% of sent and %.0f %% of received lost, %.0f s, %u %% as Serf\n",
      options.what.c_str(), flips.members, flips.faulty, 100 * flips.loss_sent, 100 * flips.loss_received,
      seconds(flips.watched), options.serf);
  print_views("healthy", "faulty ", result.views[Result::healthy][Result::faulty]);
  print_views("healthy", "healthy", result.views[Result::healthy][Result::healthy]);
  print_views("faulty ", "faulty ", result.views[Result::faulty][Result::faulty]);
  print_views("faulty ", "healthy", result.views[Result::faulty][Result::healthy]);
  std::printf("first flip of a faulty member after %.2f s, last at a healthy one after %.2f s\n",
              seconds(result.first_flip), seconds(result.last_flip));
  std::printf("%" PRIu64 " datagrams, seed %" PRIu64 ", digest %016" PRIx64 "\n", result.datagrams,
              options.seed, result.digest);
}

void run_flips(const Options& options) {
  const Impairment& impairment = impairments.at(options.what);
  const double loss = impairment.all ? 1 : options.loss / 100;
  rapid::Flips flips;
  flips.members = options.members;
  flips.faulty = share_of(options, options.faulty);
  flips.loss_sent = impairment.sent ? loss : 0;
  flips.loss_received = impairment.received ? loss : 0;
  flips.period = from_ms(1000 * options.period_s);
  flips.watched = from_ms(1000 * options.watched_s);
  flips.latency = from_ms(options.latency_ms);
  flips.tune = tune(options);
  flips.seed = options.seed;
  print_flips(options, flips, measure_flips(flips));
}

void run_restart(const Options& options) {
  rapid::MassRestart what;
  what.members = options.members;
  what.restarted = share_of(options, options.restarted);
  what.seeds = options.seeds;
  what.limit = from_ms(1000 * options.watched_s);
  what.latency = from_ms(options.latency_ms);
  what.tune = tune(options);
  what.seed = options.seed;
  const rapid::MassRestartResult result = measure_mass_restart(what);
  std::printf("restart: %zu of %zu members, each joins %zu, %u %% as Serf\n", what.restarted, what.members,
              what.seeds, options.serf);
  if (result.all_true) {
    std::printf("all true after %.2f s; the last thing wrong: %s\n", seconds(*result.all_true),
                result.wrong.c_str());
  } else {
    std::printf("not all true after %.0f s: %s\n", seconds(what.limit), result.wrong.c_str());
  }
  std::printf("%" PRIu64 " failures told, %" PRIu64 " datagrams, seed %" PRIu64 ", digest %016" PRIx64 "\n",
              result.failures, result.datagrams, options.seed, result.digest);
}

void add_options(CLI::App& to, Options& options) {
  std::set<std::string> cases{restart_case};
  for (const auto& [name, impairment] : impairments) {
    cases.insert(name);
  }
  const auto percent = CLI::Range(0, 100);
  to.add_option("--case", options.what, "What happens")->check(CLI::IsMember(cases))->capture_default_str();
  to.add_option("--members", options.members, "Members")->check(CLI::Range(2, 60'000))->capture_default_str();
  to.add_option("--faulty", options.faulty, "Percent that are faulty")->check(percent)->capture_default_str();
  to.add_option("--loss", options.loss, "Percent of packets lost, at those that lose some")
      ->check(percent)
      ->capture_default_str();
  to.add_option("--period", options.period_s, "The fault comes and goes: seconds of each; 0: it stays")
      ->capture_default_str();
  to.add_option("--restarted", options.restarted, "With restart: percent of the members")
      ->check(percent)
      ->capture_default_str();
  to.add_option("--seeds", options.seeds, "With restart: members that each joins")->capture_default_str();
  to.add_option("--watched", options.watched_s, "Seconds; with restart: at most")->capture_default_str();
  to.add_option("--latency", options.latency_ms, "Milliseconds a packet takes")->capture_default_str();
  to.add_option("--serf", options.serf, "Percent of members in Serf's mode")
      ->check(percent)
      ->capture_default_str();
  to.add_option("--seed", options.seed, "The seed")->capture_default_str();
}

}  // namespace

void add_rapid(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("rapid", "Members whose network works one way only or badly: whose view flips");
  add_options(*command, *options);
  command->callback(
      [options] { options->what == restart_case ? run_restart(*options) : run_flips(*options); });
}

}  // namespace hearsay::sim
