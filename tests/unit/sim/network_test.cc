// Expected shares: a binomial share of 100,000 draws is within 0.01 of its chance in all but one run of
// 10^9 (six deviations at most); the seed is fixed, so none of this is luck.
#include "sim/network.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr int draws = 100'000;

template <class Draw>
double share(Draw&& draw) {
  int hits = 0;
  for (int i = 0; i < draws; ++i) {
    hits += draw() ? 1 : 0;
  }
  return static_cast<double>(hits) / draws;
}

}  // namespace

TEST_CASE("a normal delay has its mean and its deviation, and 68 % within one of them") {
  Random random(1);
  std::int64_t sum = 0;
  double squares = 0;
  int within = 0;
  for (int i = 0; i < draws; ++i) {
    const std::int64_t x = normal_65536(random);
    sum += x;
    squares += static_cast<double>(x) / 65536 * (static_cast<double>(x) / 65536);
    within += std::abs(x) <= 65536 ? 1 : 0;
  }
  CHECK(std::abs(sum / draws) < 1000);  // 0.015 deviations
  CHECK(squares / draws == doctest::Approx(1).epsilon(0.02));
  CHECK(static_cast<double>(within) / draws == doctest::Approx(0.6827).epsilon(0.02));
}

TEST_CASE("packets are lost as often as the network says, at an end as well as everywhere") {
  Random random(2);
  Network network;
  CHECK(share([&] { return network.loses_datagram(0, 1, random); }) == 0);
  network.loss = 0.1;
  CHECK(share([&] { return network.loses_datagram(0, 1, random); }) == doctest::Approx(0.1).epsilon(0.1));
  network.lose_at(1, 0.5, 0.5);
  CHECK(share([&] { return network.loses_datagram(0, 2, random); }) == doctest::Approx(0.1).epsilon(0.1));
  CHECK(share([&] { return network.loses_datagram(0, 1, random); }) == doctest::Approx(0.55).epsilon(0.02));
  CHECK(share([&] { return network.loses_segment(1, 0, random); }) == doctest::Approx(0.55).epsilon(0.02));
}

TEST_CASE("what a host sends may get through where what it gets is lost") {
  Random random(2);
  Network network;
  network.lose_at(1, 0, 0.8);
  CHECK(share([&] { return network.loses_datagram(1, 0, random); }) == 0);
  CHECK(share([&] { return network.loses_datagram(0, 1, random); }) == doctest::Approx(0.8).epsilon(0.02));
  CHECK(share([&] { return network.loses_segment(0, 1, random); }) == doctest::Approx(0.8).epsilon(0.02));
  network.lose_at(1, 1, 0);
  CHECK(share([&] { return network.loses_datagram(1, 0, random); }) == 1);
  CHECK(share([&] { return network.loses_datagram(0, 1, random); }) == 0);
}

TEST_CASE("a cut one way lets the other way through") {
  Random random(3);
  Network network;
  network.cut_one_way(0, 1);
  CHECK(network.loses_datagram(0, 1, random));
  CHECK(network.loses_segment(0, 1, random));
  CHECK_FALSE(network.loses_datagram(1, 0, random));
  CHECK_FALSE(network.loses_segment(1, 0, random));
  network.heal();
  CHECK_FALSE(network.loses_datagram(0, 1, random));
}

TEST_CASE("each direction of each pair has a delay of its own, and always the same") {
  Random random(4);
  Network network;
  network.link_spread = 50ms;
  std::set<Duration> delays;
  for (NodeIndex a = 0; a < 10; ++a) {
    for (NodeIndex b = 0; b < 10; ++b) {
      const Duration delay = network.delay(a, b, random);
      CHECK(delay == network.delay(a, b, random));
      CHECK(delay >= network.latency);
      CHECK(delay < network.latency + network.link_spread);
      delays.insert(delay);
    }
  }
  CHECK(delays.size() > 90);
}

TEST_CASE("jitter never makes a packet arrive at once") {
  Random random(5);
  Network network;
  network.latency = 1ms;
  network.jitter = 10ms;
  for (int i = 0; i < draws; ++i) {
    const Duration delay = network.delay(0, 1, random);
    CHECK(delay >= 100us);
    CHECK(delay <= 61ms);
  }
}

TEST_CASE("a corrupted packet has its length and other bytes") {
  Random random(6);
  Network network;
  const Buffer whole(100);
  Buffer bytes = whole;
  network.maybe_corrupt(bytes, random);
  CHECK(bytes == whole);
  network.corrupt = 1;
  network.maybe_corrupt(bytes, random);
  CHECK(bytes != whole);
  CHECK(bytes.size() == whole.size());
}
