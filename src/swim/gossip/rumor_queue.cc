#include "swim/gossip/rumor_queue.h"

#include <algorithm>

#include "swim/invariant.h"

namespace hearsay::swim {

namespace {

constexpr std::uint32_t no_slot = 0xffffffff;
/// Memory kept for rumors to come: this many buffers, of this many bytes at most.
constexpr std::size_t spare_rumors_max = 64;
constexpr std::size_t spare_bytes_max = 1536;
/// What a message costs in a compound, apart from its bytes: its length.
constexpr std::size_t part_overhead = 2;

}  // namespace

std::size_t transmit_limit(int mult, std::size_t n) noexcept {
  // ceil(log10(n + 1)) is the number of decimal digits of n.
  std::size_t digits = 0;
  for (; n > 0; n /= 10) {
    ++digits;
  }
  return static_cast<std::size_t>(mult) * digits;
}

bool RumorQueue::goes_before(Slot a, Slot b) const noexcept {
  const Rumor& x = rumors_[a];
  const Rumor& y = rumors_[b];
  if (x.message.size() != y.message.size()) {
    return x.message.size() > y.message.size();
  }
  return x.order > y.order;
}

RumorQueue::Slot RumorQueue::find(RumorKey key) const noexcept {
  if (key == no_key || key >= slot_of_key_.size()) {
    return no_slot;
  }
  return slot_of_key_[key] - 1;
}

RumorQueue::Slot RumorQueue::take_slot() {
  if (free_.empty()) {
    rumors_.emplace_back();
    return static_cast<Slot>(rumors_.size() - 1);
  }
  const Slot slot = free_.back();
  free_.pop_back();
  return slot;
}

void RumorQueue::insert(Slot slot) {
  const std::size_t told = rumors_[slot].told;
  if (told >= tiers_.size()) {
    tiers_.resize(told + 1);
  }
  auto& tier = tiers_[told];
  tier.insert(std::ranges::lower_bound(tier, slot, [this](Slot a, Slot b) { return goes_before(a, b); }),
              slot);
}

void RumorQueue::remove(Slot slot) {
  auto& tier = tiers_[rumors_[slot].told];
  const auto at = std::ranges::lower_bound(tier, slot, [this](Slot a, Slot b) { return goes_before(a, b); });
  HEARSAY_INVARIANT(at != tier.end() && *at == slot);
  tier.erase(at);
}

/// The slot is in no tier any more: nobody else will hear of it.
void RumorQueue::end(Slot slot) {
  Rumor& rumor = rumors_[slot];
  if (rumor.watch != unwatched) {
    ended_.push_back(rumor.watch);
  }
  if (rumor.key != no_key) {
    slot_of_key_[rumor.key] = 0;
  }
  rumor.message.clear();
  if (free_.size() >= spare_rumors_max || rumor.message.capacity() > spare_bytes_max) {
    Buffer().swap(rumor.message);
  }
  free_.push_back(slot);
  --size_;
}

void RumorQueue::drop_last() {
  auto tier = std::find_if(tiers_.rbegin(), tiers_.rend(), [](const auto& t) { return !t.empty(); });
  HEARSAY_INVARIANT(tier != tiers_.rend());
  const Slot slot = tier->back();
  tier->pop_back();
  end(slot);
  ++dropped_;
}

bool RumorQueue::has_told_at_most(std::size_t times) const noexcept {
  const auto end = tiers_.begin() + static_cast<std::ptrdiff_t>(std::min(times + 1, tiers_.size()));
  return std::any_of(tiers_.begin(), end, [](const auto& tier) { return !tier.empty(); });
}

void RumorQueue::push(RumorKey key, Bytes message, RumorWatch watch) {
  forget(key);
  if (message.size() > size_max_) {
    ++dropped_;
    if (watch != unwatched) {
      ended_.push_back(watch);
    }
    return;
  }
  const Slot slot = take_slot();
  Rumor& rumor = rumors_[slot];
  rumor.message.assign(message.begin(), message.end());
  rumor.order = ++order_;
  rumor.key = key;
  rumor.watch = watch;
  rumor.told = 0;
  if (key != no_key) {
    if (key >= slot_of_key_.size()) {
      slot_of_key_.resize(key + 1, 0);
    }
    slot_of_key_[key] = slot + 1;
  }
  insert(slot);
  if (++size_ > depth_max_) {
    drop_last();
  }
}

void RumorQueue::forget(RumorKey key) {
  const Slot slot = find(key);
  if (slot != no_slot) {
    remove(slot);
    end(slot);
  }
}

std::size_t RumorQueue::draw_tier(std::vector<Slot>& tier, std::size_t budget, wire::PacketParts& parts) {
  auto at = tier.begin();
  while (parts.count() < wire::compound_parts_max && budget > part_overhead) {
    // Sorted by size, longest first: the first that fits is the longest that fits.
    at = std::partition_point(
        at, tier.end(), [&](Slot slot) { return rumors_[slot].message.size() + part_overhead > budget; });
    if (at == tier.end()) {
      break;
    }
    parts.add(rumors_[*at].message);
    budget -= rumors_[*at].message.size() + part_overhead;
    drawn_.push_back(*at);
    at = tier.erase(at);
  }
  return budget;
}

std::size_t RumorQueue::draw(std::size_t budget, std::size_t limit, wire::PacketParts& parts) {
  drawn_.clear();
  for (auto& tier : tiers_) {
    budget = draw_tier(tier, budget, parts);
  }
  for (const Slot slot : drawn_) {
    if (++rumors_[slot].told >= limit) {
      end(slot);
    } else {
      insert(slot);
    }
  }
  return budget;
}

}  // namespace hearsay::swim
