#include "swim/gossip/seen_messages.h"

#include <string>

#include <doctest/doctest.h>

using namespace hearsay::swim;

namespace {

/// Notes an event as a node does whose clock has just witnessed it.
Seen note(SeenEvents& events, std::uint64_t ltime, std::string_view name, std::string_view payload = "") {
  return events.note(ltime + 1, ltime, name, as_bytes(payload));
}

/// "ltime:name=payload" for each event, in the order of the walk, slots apart by "|".
template <class Walk>
std::string written(Walk walk) {
  std::string out;
  walk([&out](SeenEvents::Events events) {
    for (const auto& event : events) {
      out += std::to_string(event.ltime) + ":" + std::string(event.name) + "=" +
             std::string(as_text(event.payload)) + " ";
    }
    out += events.empty() ? "" : "|";
  });
  return out;
}

std::string in_slot_order(const SeenEvents& events) {
  return written([&](auto visit) { events.for_each_slot(visit); });
}

std::string in_time_order(const SeenEvents& events) {
  return written([&](auto visit) { events.for_each_time(visit); });
}

}  // namespace

TEST_CASE("an event is news once") {
  SeenEvents events;
  CHECK(note(events, 5, "deploy", "v1") == Seen::fresh);
  CHECK(note(events, 5, "deploy", "v1") == Seen::duplicate);
}

TEST_CASE("another time, name or payload makes another event") {
  SeenEvents events;
  note(events, 5, "deploy", "v1");
  CHECK(note(events, 5, "deploy", "v2") == Seen::fresh);
  CHECK(note(events, 5, "deployv", "1") == Seen::fresh);
  CHECK(note(events, 6, "deploy", "v1") == Seen::fresh);
  CHECK(note(events, 5, "deployv", "1") == Seen::duplicate);
}

TEST_CASE("an event more than 512 times behind the clock is too old, one at 512 is not") {
  SeenEvents events;
  CHECK(events.note(1000, 1000 - 513, "a", {}) == Seen::too_old);
  CHECK(events.note(1000, 1000 - 512, "a", {}) == Seen::fresh);
}

TEST_CASE("while the clock is young nothing is too old for it") {
  SeenEvents events;
  CHECK(events.note(512, 0, "a", {}) == Seen::fresh);
  CHECK(events.note(513, 0, "b", {}) == Seen::too_old);
}

TEST_CASE("an event below the floor is too old, and the floor only rises") {
  SeenEvents events;
  events.raise_floor(10);
  events.raise_floor(4);
  CHECK(note(events, 9, "a") == Seen::too_old);
  CHECK(note(events, 10, "a") == Seen::fresh);
}

TEST_CASE("a later time takes over the slot, the earlier one then is too old") {
  SeenEvents events;
  note(events, 3, "old");
  CHECK(note(events, 3 + 512, "new") == Seen::fresh);
  CHECK(in_slot_order(events) == "515:new= |");
  // Even for a caller whose clock lags behind.
  CHECK(events.note(4, 3, "old", {}) == Seen::too_old);
  CHECK(in_slot_order(events) == "515:new= |");
}

TEST_CASE("slots are walked in the ring's order, all 512 of them") {
  SeenEvents events;
  note(events, 511, "b");
  note(events, 512, "c", "x");
  note(events, 511, "a");
  std::size_t slots = 0;
  events.for_each_slot([&slots](SeenEvents::Events) { ++slots; });
  CHECK(slots == 512);
  CHECK(in_slot_order(events) == "512:c=x |511:b= 511:a= |");
}

TEST_CASE("times are walked oldest first, whatever their slots") {
  SeenEvents events;
  note(events, 512, "c");
  note(events, 510, "a");
  note(events, 511, "b");
  CHECK(in_time_order(events) == "510:a= |511:b= |512:c= |");
}

TEST_CASE("one time holds a bounded number of events") {
  SeenEvents events;
  for (std::size_t i = 0; i < seen_events_per_slot; ++i) {
    REQUIRE(note(events, 7, "e" + std::to_string(i)) == Seen::fresh);
  }
  CHECK(note(events, 7, "one more") == Seen::refused);
  CHECK(note(events, 7, "e0") == Seen::duplicate);
  CHECK(note(events, 8, "one more") == Seen::fresh);
}

TEST_CASE("an event larger than any Serf may send is refused") {
  SeenEvents events;
  CHECK(note(events, 1, "n", std::string(seen_event_bytes, 'x')) == Seen::refused);
  CHECK(events.bytes() == 0);
  CHECK(note(events, 1, "n", std::string(seen_event_bytes - 1, 'x')) == Seen::fresh);
}

TEST_CASE("a ring over its bytes forgets its oldest times and takes them for old from then on") {
  SeenEvents events;
  const std::string payload(seen_event_bytes - 3, 'x');
  std::uint64_t ltime = 100;
  for (; events.floor() == 0; ++ltime) {
    REQUIRE(note(events, ltime, "evt", payload) == Seen::fresh);
    REQUIRE(events.bytes() <= seen_ring_bytes);
  }
  CHECK(events.floor() == 101);
  CHECK(events.bytes() > seen_ring_bytes - 2 * seen_event_bytes);
  CHECK(note(events, 100, "evt", payload) == Seen::too_old);
  CHECK(events.note(ltime, 101, "evt", as_bytes(payload)) == Seen::duplicate);
}

TEST_CASE("bytes are given back when a slot is taken over") {
  SeenEvents events;
  note(events, 1, "name", std::string(1000, 'x'));
  const std::size_t large = events.bytes();
  note(events, 1 + 512, "name", "x");
  CHECK(events.bytes() == large - 999);
  CHECK(events.times() == 1);
}

TEST_CASE("a query is news once, by time and id") {
  SeenQueries queries;
  CHECK(queries.note(6, 5, 77) == Seen::fresh);
  CHECK(queries.note(6, 5, 77) == Seen::duplicate);
  CHECK(queries.note(6, 5, 78) == Seen::fresh);
  CHECK(queries.note(7, 6, 77) == Seen::fresh);
}

TEST_CASE("queries have the same rules of age as events") {
  SeenQueries queries;
  CHECK(queries.note(1000, 487, 1) == Seen::too_old);
  CHECK(queries.note(1000, 488, 1) == Seen::fresh);
  queries.raise_floor(600);
  CHECK(queries.note(1000, 599, 1) == Seen::too_old);
  CHECK(queries.note(1000, 600, 1) == Seen::fresh);
}

TEST_CASE("one time holds a bounded number of queries") {
  SeenQueries queries;
  for (std::uint32_t id = 0; id < seen_queries_per_slot; ++id) {
    REQUIRE(queries.note(6, 5, id) == Seen::fresh);
  }
  CHECK(queries.note(6, 5, 100'000) == Seen::refused);
  CHECK(queries.note(6, 5, 0) == Seen::duplicate);
  CHECK(queries.note(7, 6, 100'000) == Seen::fresh);
}
