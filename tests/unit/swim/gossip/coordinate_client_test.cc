// Expected coordinates come from an independent implementation of proto/serf.md, "Coordinates", and
// are compared bit for bit.
#include "swim/gossip/coordinate_client.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr MemberId anna = 1;
constexpr MemberId ben = 2;

const Coordinate at_anna{{0.01, 0, 0, 0, 0, 0, 0, 0.002}, 0.4, 0.0001, 2e-4};
const Coordinate at_ben{{-0.003, 0.004, 0, 0.001, 0, 0, 0, 0}, 0.9, -0.0002, 1e-5};

constexpr double inf = std::numeric_limits<double>::infinity();

double length(const Coordinate& coordinate) {
  double sum = 0;
  for (const double component : coordinate.vec) {
    sum += component * component;
  }
  return std::sqrt(sum);
}

/// The coordinate after one sample from a peer that stands where a new node does.
Coordinate after_coincident_sample(std::uint64_t seed) {
  Random random(seed);
  CoordinateClient client;
  REQUIRE(client.update(anna, Coordinate{}, 100ms, random) == CoordinateUpdate::accepted);
  return client.own();
}

void check_rejected(const Coordinate& other, Duration rtt) {
  Random random(1);
  CoordinateClient client;
  CHECK(client.update(anna, other, rtt, random) == CoordinateUpdate::rejected);
  CHECK(client.own() == Coordinate{});
  CHECK(client.peers() == 0);
}

}  // namespace

TEST_CASE("a new node stands at the origin, unsure, a little above the plane") {
  const CoordinateClient client;
  CHECK(client.own() == Coordinate{{}, 1.5, 0, 1e-5});
}

TEST_CASE("one sample moves a node as Vivaldi says") {
  Random random(1);
  CoordinateClient client;
  CHECK(client.update(anna, at_anna, 30ms, random) == CoordinateUpdate::accepted);
  CHECK(client.own() == Coordinate{{-0.0037723887104018864, 0, 0, 0, 0, 0, 0, -0.0007544777420803773},
                                   1.3321839539473683,
                                   0.00039164108067210574,
                                   8.92201585704854e-05});
}

TEST_CASE("the second sample starts from where the first has led") {
  Random random(1);
  CoordinateClient client;
  client.update(anna, at_anna, 30ms, random);
  client.update(ben, at_ben, 12'345'678ns, random);
  CHECK(client.own() == Coordinate{{-0.003983090061956256, -0.0010911724129416462, 0, -0.00027279310323541155,
                                    0, 0, 0, -0.0009602938743324982},
                                   1.2275968990964545,
                                   0.0005615053560310249,
                                   0.0001162867082371605});
}

TEST_CASE("after more samples than the adjustment remembers the oldest no longer count") {
  Random random(1);
  CoordinateClient client;
  client.update(anna, at_anna, 30ms, random);
  client.update(ben, at_ben, 12'345'678ns, random);
  for (int i = 0; i < 23; ++i) {
    const bool odd = i % 2 == 1;
    client.update(odd ? ben : anna, odd ? at_ben : at_anna, 20ms + i * 1'000'003ns, random);
  }
  CHECK(client.own() == Coordinate{{-0.016682292735171703, -0.011161830714249097, 0, -0.002790457678562274, 0,
                                    0, 0, -0.005010733154171704},
                                   0.26745117189633905,
                                   0.004921193669463363,
                                   0.0005919354666202565});
  CHECK(distance(client.own(), at_anna) == 0.035704068);
  CHECK(distance(client.own(), at_ben) == 0.026690423);
}

TEST_CASE("the median of a peer's last three round trips counts, not the outlier") {
  Random random(1);
  CoordinateClient client;
  for (const Duration rtt : {10ms, 500ms, 12ms, 13ms}) {
    client.update(anna, at_anna, rtt, random);
  }
  CHECK(client.own() == Coordinate{{-0.056011566562500434, 0, 0, 0, 0, 0, 0, -0.011202313312500083},
                                   1.5,
                                   0.006671208891793019,
                                   0.00120000806947939});
}

TEST_CASE("a forgotten peer starts its median again, and other peers keep theirs") {
  Random random(1);
  CoordinateClient forgetful;
  CoordinateClient faithful;
  for (CoordinateClient* client : {&forgetful, &faithful}) {
    client->update(anna, at_anna, 10ms, random);
    client->update(anna, at_anna, 10ms, random);
    client->update(ben, at_ben, 10ms, random);
  }
  forgetful.forget(anna);
  CHECK(forgetful.peers() == 1);
  forgetful.update(anna, at_anna, 400ms, random);
  faithful.update(anna, at_anna, 400ms, random);
  CHECK(faithful.own().vec[0] > -0.01);
  CHECK(forgetful.own().vec[0] < -0.02);
}

TEST_CASE("two in one place are driven apart in a random direction, the same for the same seed") {
  const Coordinate moved = after_coincident_sample(7);
  // A quarter of half of (100 ms less the two heights), less the pull back.
  CHECK(length(moved) == doctest::Approx(0.0124975).epsilon(0.0001));
  CHECK(after_coincident_sample(7) == moved);
  CHECK(after_coincident_sample(8) != moved);
  CHECK(moved.height == 1e-5);
}

TEST_CASE("a round trip of nothing is taken as a microsecond") {
  Random random(1);
  CoordinateClient client;
  CHECK(client.update(anna, at_anna, 0ns, random) == CoordinateUpdate::accepted);
  CHECK(client.own().error == 1.5);
  CHECK(length(client.own()) < length(at_anna));
}

TEST_CASE("a round trip below zero or over ten seconds is rejected, ten seconds are not") {
  check_rejected(at_anna, -1ns);
  check_rejected(at_anna, 10s + 1ns);
  Random random(1);
  CoordinateClient client;
  CHECK(client.update(anna, at_anna, 10s, random) == CoordinateUpdate::accepted);
}

TEST_CASE("a coordinate no honest peer has is rejected") {
  for (const double bad : {inf, -inf, std::numeric_limits<double>::quiet_NaN()}) {
    Coordinate other = at_anna;
    other.vec[5] = bad;
    check_rejected(other, 10ms);
    check_rejected({at_anna.vec, bad, 0, 1e-5}, 10ms);
    check_rejected({at_anna.vec, 0.5, bad, 1e-5}, 10ms);
    check_rejected({at_anna.vec, 0.5, 0, bad}, 10ms);
  }
  check_rejected({at_anna.vec, -0.1, 0, 1e-5}, 10ms);
  check_rejected({at_anna.vec, 0.5, 0, -1e-5}, 10ms);
}

TEST_CASE("a peer too far to compute with resets the node, which then learns as if new") {
  Random random(1);
  CoordinateClient client;
  Coordinate absurd = at_anna;
  absurd.vec[0] = 1e200;
  CHECK(client.update(ben, absurd, 10ms, random) == CoordinateUpdate::reset);
  CHECK(client.own() == Coordinate{});

  CoordinateClient fresh;
  client.update(anna, at_anna, 30ms, random);
  fresh.update(anna, at_anna, 30ms, random);
  CHECK(client.own() == fresh.own());
}

TEST_CASE("the estimate includes heights and adjustments") {
  const Coordinate a{{0.003}, 1.5, 0.0002, 0.001};
  const Coordinate b{{0, 0.004}, 1.5, 0.0003, 0.002};
  CHECK(distance(a, b) == doctest::Approx(0.0085));
}

TEST_CASE("adjustments that would make the estimate negative are left out") {
  const Coordinate a{{0.003}, 1.5, -1, 0.001};
  const Coordinate b{{0, 0.004}, 1.5, 0.5, 0.002};
  CHECK(distance(a, b) == doctest::Approx(0.008));
}
