#include "sim/command/spread.h"

#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "sim/serf_mode.h"
#include "sim/spread/spread.h"
#include "sim/units.h"

namespace hearsay::sim {

namespace {

struct Options {
  Spread spread;
  double loss = 0;           // percent
  double latency_ms = 0.25;  // one way
  double watched_s = 5;
  int serf_share = 0;  // percent
};

void run(Options& options) {
  Spread& what = options.spread;
  what.network.latency = from_ms(options.latency_ms);
  what.network.loss = options.loss / 100;
  what.watched = from_ms(1000 * options.watched_s);
  what.tune = [share = static_cast<std::size_t>(options.serf_share)](NodeIndex i, swim::Config& config) {
    if (i * share / 100 != (i + 1) * share / 100) {
      do_as_serf(config);
    }
  };
  const SpreadResult result = measure_spread(what);
  std::printf("%zu members, %d %% as Serf, %s, %.0f %% loss, %zu runs\n", what.members, options.serf_share,
              what.news == News::user_event ? "user event" : "tags", options.loss, what.runs);
  std::printf("known, ms:  median %.2f  99 %% %.2f  last %.2f (median of runs) %.2f (worst)\n",
              ms(quantile(result.heard, 0.5)), ms(quantile(result.heard, 0.99)),
              ms(quantile(result.last, 0.5)), ms(quantile(result.last, 1)));
  std::printf("missed:     %zu of %zu, in %zu runs\n", result.missed, what.members * what.runs,
              result.runs_missed);
  std::printf("copies:     %.2f sent by a member on average, %zu at most; %zu at most to one member\n",
              result.copies, result.copies_most, result.addressed_most);
}

}  // namespace

void add_spread(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* const spread =
      app.add_subcommand("spread", "One rumor at rest: when everybody knows, and its copies");
  spread->add_option("--members", options->spread.members, "Members")
      ->check(CLI::Range(2, 60'000))
      ->capture_default_str();
  const std::map<std::string, News> kinds{{"event", News::user_event}, {"tag", News::tags}};
  spread->add_option("--what", options->spread.news, "event or tag")
      ->transform(CLI::CheckedTransformer(kinds))
      ->default_str("event");
  spread->add_option("--loss", options->loss, "Percent of packets lost")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  spread->add_option("--serf", options->serf_share, "Percent of members that behave as Serf does")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  spread->add_option("--latency", options->latency_ms, "Milliseconds a packet takes")->capture_default_str();
  spread->add_option("--runs", options->spread.runs, "Pieces of news, one after another")
      ->capture_default_str();
  spread->add_option("--watched", options->watched_s, "Seconds from each to the next")->capture_default_str();
  spread->add_option("--seed", options->spread.seed, "The seed")->capture_default_str();
  spread->callback([options] { run(*options); });
}

}  // namespace hearsay::sim
