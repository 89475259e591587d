// Which user events and queries have been seen (proto/serf.md, "User events" and "Queries").
//
// Two rings of 512 slots. A message's slot is its Lamport time modulo 512, so a ring covers the last
// 512 times; what is older is refused, because nobody can know any more whether it was seen.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "swim/bytes.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::swim {

inline constexpr std::size_t seen_slots = 512;
/// Different events with one Lamport time, and different queries. Honest ones come to a handful:
/// whoever sends at the same moment without having heard of the other.
inline constexpr std::size_t seen_events_per_slot = 64;
inline constexpr std::size_t seen_queries_per_slot = 256;
/// Name and payload of one event: no Serf lets its user send more.
inline constexpr std::size_t seen_event_bytes = 9216;
/// All events held: the whole ring travels in every push/pull.
inline constexpr std::size_t seen_ring_bytes = std::size_t{4} << 20U;

enum class Seen : std::uint8_t {
  fresh,  // first time: now remembered
  duplicate,
  too_old,  // before the floor, or more than 512 times behind the clock
  refused,  // over a limit: not remembered, not to be acted on
};

/// The slots and the rule of age, for either ring. An empty slot costs a pointer.
template <class Slot>
class LamportRing {
 public:
  /// Messages with a time below `ltime` are too old from now on. The floor only rises.
  void raise_floor(std::uint64_t ltime) noexcept { floor_ = std::max(floor_, ltime); }
  [[nodiscard]] std::uint64_t floor() const noexcept { return floor_; }

 protected:
  [[nodiscard]] std::unique_ptr<Slot>& at(std::uint64_t ltime) noexcept { return slots_[ltime % seen_slots]; }

  /// The slot for `ltime`, made new if it held an older time; null if `ltime` is too old. `clock`
  /// is the time of a clock that has witnessed it.
  Slot* slot_for(std::uint64_t ltime, std::uint64_t clock) {
    auto& slot = at(ltime);
    if (ltime < floor_ || (clock > seen_slots && ltime < clock - seen_slots) ||
        (slot && slot->ltime > ltime)) {
      return nullptr;
    }
    if (!slot || slot->ltime != ltime) {
      slot = std::make_unique<Slot>(Slot{.ltime = ltime});
    }
    return slot.get();
  }

  std::array<std::unique_ptr<Slot>, seen_slots> slots_;

 private:
  std::uint64_t floor_ = 0;
};

namespace detail {

/// The events of one time, packed: for each the two sizes, the name, the payload.
struct EventSlot {
  std::uint64_t ltime;
  std::uint32_t count = 0;
  Buffer packed;
};

struct QuerySlot {
  std::uint64_t ltime;
  std::vector<std::uint32_t> ids;
};

}  // namespace detail

/// User events, with name and payload: a push/pull carries the ring to whoever missed some.
class SeenEvents : public LamportRing<detail::EventSlot> {
 public:
  /// Is this event news? Two are the same if time, name and payload are. A ring that holds more than
  /// seen_ring_bytes drops its oldest times and raises its floor past them.
  Seen note(std::uint64_t clock, std::uint64_t ltime, std::string_view name, Bytes payload);

  using Events = std::span<const wire::PushPullState::Event>;

  /// Calls visit(Events) for each of the 512 slots in the ring's order, which is how Serf writes
  /// them; an empty slot gives an empty span. Views are valid during the call.
  template <class Visit>
  void for_each_slot(Visit&& visit) const;

  /// Calls visit(Events) for each time held, oldest first. Views are valid during the call.
  template <class Visit>
  void for_each_time(Visit&& visit) const;

  /// Different times held.
  [[nodiscard]] std::size_t times() const noexcept;
  /// Bytes held of names, payloads and their sizes.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  static void unpack(const detail::EventSlot& slot, std::vector<wire::PushPullState::Event>& out);
  [[nodiscard]] std::vector<const detail::EventSlot*> by_time() const;
  void drop_oldest();

  std::size_t bytes_ = 0;
};

/// Queries, by id.
class SeenQueries : public LamportRing<detail::QuerySlot> {
 public:
  Seen note(std::uint64_t clock, std::uint64_t ltime, std::uint32_t id);
};

template <class Visit>
void SeenEvents::for_each_slot(Visit&& visit) const {
  std::vector<wire::PushPullState::Event> events;
  for (const auto& slot : slots_) {
    events.clear();
    if (slot) {
      unpack(*slot, events);
    }
    visit(Events(events));
  }
}

template <class Visit>
void SeenEvents::for_each_time(Visit&& visit) const {
  std::vector<wire::PushPullState::Event> events;
  for (const auto* slot : by_time()) {
    events.clear();
    unpack(*slot, events);
    visit(Events(events));
  }
}

}  // namespace hearsay::swim
