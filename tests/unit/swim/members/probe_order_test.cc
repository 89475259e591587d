#include "swim/members/probe_order.h"

#include <set>
#include <vector>

#include <doctest/doctest.h>

using namespace hearsay::swim;

namespace {

/// The offsets of a whole round of a ring.
std::vector<std::size_t> round_of(std::uint32_t round, std::size_t ring) {
  const auto turns = static_cast<std::uint32_t>(ring - 1);
  std::vector<std::size_t> offsets;
  for (std::uint32_t turn = 0; turn < turns; ++turn) {
    offsets.push_back(probe_offset(round * turns + turn, ring));
  }
  return offsets;
}

constexpr std::uint32_t in_beat(std::uint32_t beat, std::uint32_t number) {
  return (beat << beat_shift) + number;
}

}  // namespace

TEST_CASE("in a round everybody probes everybody else once") {
  for (const std::size_t ring : {2U, 3U, 4U, 7U, 10U, 100U, 128U, 1001U}) {
    const auto offsets = round_of(5, ring);
    const std::set<std::size_t> different(offsets.begin(), offsets.end());
    CHECK(different.size() == ring - 1);
    CHECK(*different.begin() == 1);
    CHECK(*different.rbegin() == ring - 1);
  }
}

TEST_CASE("each round has an order of its own, so that no two members stay together") {
  std::set<std::vector<std::size_t>> orders;
  for (std::uint32_t round = 0; round < 20; ++round) {
    orders.insert(round_of(round, 100));
  }
  CHECK(orders.size() == 20);
}

TEST_CASE("who hears of a later beat goes on from the one before it") {
  CHECK(catch_up(in_beat(3, 7), in_beat(10, 1)) == in_beat(9, 0));
  CHECK(catch_up(in_beat(3, 7), in_beat(5, 1)) == in_beat(4, 0));
}

TEST_CASE("the beat that has begun, the next one and earlier ones change nothing") {
  for (const std::uint32_t heard : {0U, 1U, 2U, 3U, 4U}) {
    CHECK(catch_up(in_beat(3, 7), in_beat(heard, 1)) == in_beat(3, 7));
  }
}

TEST_CASE("beats are counted on past the largest number") {
  const std::uint32_t last = in_beat(0xffffff, 5);
  CHECK(beats_after(last, 1) == 0);
  CHECK(catch_up(last, in_beat(2, 1)) == in_beat(1, 0));
  CHECK(catch_up(in_beat(1, 1), last) == in_beat(1, 1));
}

TEST_CASE("the small numbers of Serf's pings do not set back a cluster that has run for months") {
  constexpr std::uint32_t half_a_year = 0xf00000;
  for (const std::uint32_t months : {0x7fffffU, 0x800001U, 0x900000U, half_a_year}) {
    for (const std::uint32_t serfs : {0U, 1U, 2U, 40'000U}) {
      CHECK(catch_up(in_beat(months, 3), in_beat(serfs, 17)) == in_beat(months, 3));
    }
  }
  CHECK(catch_up(in_beat(1, 1), in_beat(half_a_year, 1)) == in_beat(half_a_year - 1, 0));
}
