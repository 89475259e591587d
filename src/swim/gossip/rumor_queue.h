// Messages waiting to be told to others, each a bounded number of times
// (proto/memberlist.md, "Broadcast queue").
#pragma once

#include <cstdint>
#include <vector>

#include "swim/bytes.h"
#include "swim/wire/packet.h"

namespace hearsay::swim {

/// Names a rumor whose end somebody waits for; 0: nobody does.
using RumorWatch = std::uint32_t;
inline constexpr RumorWatch unwatched = 0;

/// Rumors of one key (a member) replace each other; those without a key stand side by side.
using RumorKey = std::uint32_t;
inline constexpr RumorKey no_key = 0xffffffff;

/// Retransmissions each rumor gets in a cluster of `n`: mult * ceil(log10(n + 1)).
[[nodiscard]] std::size_t transmit_limit(int mult, std::size_t n) noexcept;

/// Order of telling: fewest transmissions first, among those the longest, among those the newest.
/// Bounded: over the depth the most transmitted, shortest, oldest goes, and is counted.
/// Ended rumors give their memory to new ones, so the steady state allocates nothing.
class RumorQueue {
 public:
  /// Messages of more than `size_max` bytes fit no packet.
  RumorQueue(std::size_t depth_max, std::size_t size_max) : depth_max_(depth_max), size_max_(size_max) {}

  /// Copies `message`. Replaces the rumor of the same key, which thereby ends. A message that fits no
  /// packet ends at once, and is counted as dropped: it would stand before all others for ever.
  void push(RumorKey key, Bytes message, RumorWatch watch = unwatched);

  /// Adds to `parts` every rumor that still fits, in order, while messages cost their size plus 2
  /// and all together at most `budget`. Each counts as told once, and ends at `limit` times.
  /// Returns what is left of the budget.
  std::size_t draw(std::size_t budget, std::size_t limit, wire::PacketParts& parts);

  /// Drops the rumor of a key whose member is gone, so that the key can be used anew.
  void forget(RumorKey key);

  /// There is a rumor that has been told at most so many times.
  [[nodiscard]] bool has_told_at_most(std::size_t times) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

  /// Watches of rumors that ended (told often enough, replaced, dropped) since the last clear.
  [[nodiscard]] std::vector<RumorWatch>& ended() noexcept { return ended_; }

 private:
  using Slot = std::uint32_t;
  struct Rumor {
    Buffer message;
    std::uint64_t order = 0;
    RumorKey key = no_key;
    RumorWatch watch = unwatched;
    std::uint32_t told = 0;
  };

  [[nodiscard]] bool goes_before(Slot a, Slot b) const noexcept;
  [[nodiscard]] Slot find(RumorKey key) const noexcept;
  Slot take_slot();
  void insert(Slot slot);
  void remove(Slot slot);
  void end(Slot slot);
  void drop_last();
  std::size_t draw_tier(std::vector<Slot>& tier, std::size_t budget, wire::PacketParts& parts);

  std::size_t depth_max_;
  std::size_t size_max_;
  std::size_t size_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t dropped_ = 0;
  std::vector<Rumor> rumors_;
  std::vector<Slot> free_;
  std::vector<std::vector<Slot>> tiers_;  // by times told; each sorted by goes_before
  std::vector<Slot> slot_of_key_;         // slot + 1; 0: none
  std::vector<Slot> drawn_;
  std::vector<RumorWatch> ended_;
};

}  // namespace hearsay::swim
