#include "swim/gossip/seen_messages.h"

#include <cstring>

namespace hearsay::swim {
namespace {

struct Sizes {
  std::uint32_t name;
  std::uint32_t payload;
};

struct EventView {
  std::string_view name;
  Bytes payload;
};

/// Reads the next event of a packed slot and moves `rest` past it.
EventView take_event(Bytes& rest) noexcept {
  Sizes sizes;
  std::memcpy(&sizes, rest.data(), sizeof sizes);
  rest = rest.subspan(sizeof sizes);
  const EventView event{as_text(rest.first(sizes.name)), rest.subspan(sizes.name, sizes.payload)};
  rest = rest.subspan(std::size_t{sizes.name} + sizes.payload);
  return event;
}

bool holds(const detail::EventSlot& slot, std::string_view name, Bytes payload) noexcept {
  for (Bytes rest = slot.packed; !rest.empty();) {
    const EventView event = take_event(rest);
    if (event.name == name && equal(event.payload, payload)) {
      return true;
    }
  }
  return false;
}

void add_event(detail::EventSlot& slot, std::string_view name, Bytes payload) {
  const Sizes sizes{static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(payload.size())};
  slot.packed.reserve(slot.packed.size() + sizeof sizes + name.size() + payload.size());
  append(slot.packed, std::as_bytes(std::span(&sizes, 1)));
  append(slot.packed, as_bytes(name));
  append(slot.packed, payload);
  ++slot.count;
}

}  // namespace

Seen SeenEvents::note(std::uint64_t clock, std::uint64_t ltime, std::string_view name, Bytes payload) {
  if (name.size() + payload.size() > seen_event_bytes) {
    return Seen::refused;
  }
  const std::size_t before = at(ltime) ? at(ltime)->packed.size() : 0;
  detail::EventSlot* slot = slot_for(ltime, clock);
  if (slot == nullptr) {
    return Seen::too_old;
  }
  if (holds(*slot, name, payload)) {
    return Seen::duplicate;
  }
  if (slot->count >= seen_events_per_slot) {
    return Seen::refused;
  }
  add_event(*slot, name, payload);
  bytes_ += slot->packed.size() - before;
  while (bytes_ > seen_ring_bytes) {
    drop_oldest();
  }
  return Seen::fresh;
}

void SeenEvents::unpack(const detail::EventSlot& slot, std::vector<wire::PushPullState::Event>& out) {
  for (Bytes rest = slot.packed; !rest.empty();) {
    const EventView event = take_event(rest);
    out.push_back({.ltime = slot.ltime, .name = event.name, .payload = event.payload});
  }
}

std::vector<const detail::EventSlot*> SeenEvents::by_time() const {
  std::vector<const detail::EventSlot*> out;
  for (const auto& slot : slots_) {
    if (slot) {
      out.push_back(slot.get());
    }
  }
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->ltime < b->ltime; });
  return out;
}

std::size_t SeenEvents::times() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(slots_.begin(), slots_.end(), [](const auto& slot) { return !!slot; }));
}

void SeenEvents::drop_oldest() {
  const std::uint64_t ltime = by_time().front()->ltime;
  // An event that is no longer held could not be told from a new one.
  raise_floor(ltime + 1);
  bytes_ -= at(ltime)->packed.size();
  at(ltime).reset();
}

Seen SeenQueries::note(std::uint64_t clock, std::uint64_t ltime, std::uint32_t id) {
  detail::QuerySlot* slot = slot_for(ltime, clock);
  if (slot == nullptr) {
    return Seen::too_old;
  }
  if (std::find(slot->ids.begin(), slot->ids.end(), id) != slot->ids.end()) {
    return Seen::duplicate;
  }
  if (slot->ids.size() >= seen_queries_per_slot) {
    return Seen::refused;
  }
  slot->ids.push_back(id);
  return Seen::fresh;
}

}  // namespace hearsay::swim
