#include <doctest/doctest.h>

#include "sim/spread/spread.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

Spread news_among(std::size_t members) {
  Spread what;
  what.members = members;
  what.runs = 10;
  what.network.latency = 250us;
  what.watched = 3s;
  return what;
}

void by_lot_only(NodeIndex, Config& config) {
  config.habits.neighbours = false;
  config.habits.second_round_soon = false;
}

}  // namespace

TEST_CASE("where nothing is lost, nobody waits for the beat to hear of news") {
  const SpreadResult result = measure_spread(news_among(100));
  CHECK(result.missed == 0);
  CHECK(result.last.back() < 40ms);
}

TEST_CASE("by lot alone, news waits for the beat at somebody") {
  Spread what = news_among(100);
  what.tune = by_lot_only;
  CHECK(measure_spread(what).last.back() > 40ms);
}

TEST_CASE("tags spread as fast as events do") {
  Spread what = news_among(100);
  what.news = News::tags;
  const SpreadResult result = measure_spread(what);
  CHECK(result.missed == 0);
  CHECK(result.last.back() < 40ms);
}

TEST_CASE("with one packet in ten lost, everybody hears of news within two beats") {
  Spread what = news_among(100);
  what.network.loss = 0.1;
  const SpreadResult result = measure_spread(what);
  CHECK(result.missed == 0);
  CHECK(result.last.back() < 400ms);
}

TEST_CASE("nobody sends more than twelve copies of a rumor, however many Serf would send") {
  Spread what = news_among(100);
  what.tune = [](NodeIndex, Config& config) { config.timing.retransmit_mult = 8; };
  CHECK(measure_spread(what).copies_most == 12);
  what.tune = [](NodeIndex, Config& config) {
    config.timing.retransmit_mult = 8;
    config.habits.copies_most = 0;
  };
  CHECK(measure_spread(what).copies_most == 24);
}

TEST_CASE("gossip in order burdens nobody as much as gossip by lot") {
  Spread what = news_among(100);
  const std::size_t in_order = measure_spread(what).addressed_most;
  what.tune = by_lot_only;
  CHECK(in_order < measure_spread(what).addressed_most);
}
