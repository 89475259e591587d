#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/world/address.h"
#include "sim/world/agenda.h"
#include "sim/world/deadlines.h"
#include "sim/world/digest.h"
#include "sim/world/pool.h"
#include "swim/random.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

TEST_CASE("an agenda gives back by time, and of the same time in the order it was told") {
  Agenda agenda;
  Random random(1);
  std::vector<std::pair<Instant, std::uint32_t>> expected;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const Instant at{Duration(random.below(100))};
    agenda.add(at, Happening::act, i);
    expected.emplace_back(at, i);
  }
  std::ranges::sort(expected);
  for (const auto& [at, slot] : expected) {
    CHECK(agenda.next() == at);
    const Due due = agenda.take();
    CHECK(due.at == at);
    CHECK(due.slot == slot);
  }
  CHECK(agenda.next() == never);
}

TEST_CASE("the first deadline is the earliest of all after any change, and the lowest of equals") {
  Deadlines deadlines;
  std::vector<Instant> naive(50, never);
  for (std::size_t i = 0; i < naive.size(); ++i) {
    deadlines.add();
  }
  Random random(2);
  for (int i = 0; i < 20'000; ++i) {
    const std::size_t who = random.below(50);
    naive[who] = random.below(10) == 0 ? never : Instant{Duration(random.below(40))};
    deadlines.set(who, naive[who]);
    const auto first = std::ranges::min_element(naive);
    CHECK(deadlines.next() == *first);
    CHECK(deadlines.first() == static_cast<std::size_t>(first - naive.begin()));
  }
}

TEST_CASE("a slot that was given back is used again") {
  Pool<int> pool;
  const auto a = pool.take();
  const auto b = pool.take();
  CHECK(a != b);
  pool.give_back(a);
  CHECK(pool.take() == a);
}

TEST_CASE("a digest tells bytes, their order and where one packet ends from another run's") {
  const auto of = [](std::initializer_list<std::string_view> packets) {
    Digest digest;
    for (const auto packet : packets) {
      digest.add(as_bytes(packet));
    }
    return digest.value();
  };
  CHECK(of({"one packet", "two"}) == of({"one packet", "two"}));
  CHECK(of({"one packet", "two"}) != of({"two", "one packet"}));
  CHECK(of({"one packet", "two"}) != of({"one packett", "wo"}));
  CHECK(of({"one packet"}) != of({"one packes"}));
  CHECK(of({std::string_view("a\0", 2)}) != of({"a"}));
}

TEST_CASE("a host is found by either of its addresses, and by no other") {
  for (const NodeIndex i : {0U, 1U, 249U, 250U, 9999U, 63'999U}) {
    CHECK(host_number(host_address(i)) == i);
    CHECK(host_number(second_address(i)) == i);
  }
  CHECK_FALSE(host_number({IpAddress::v4(10, 0, 0, 0), 7946}));
  CHECK_FALSE(host_number({IpAddress::v4(10, 0, 0, 251), 7946}));
  CHECK_FALSE(host_number({IpAddress::v4(10, 2, 0, 1), 7946}));
  CHECK_FALSE(host_number({IpAddress::v4(10, 0, 0, 1), 7947}));
}
