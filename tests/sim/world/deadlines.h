// The next deadline of every node, the earliest first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "swim/time.h"

namespace hearsay::sim {

/// A heap that knows where everybody stands in it. Of two with the same deadline the lower index is
/// first. Everybody is in it; who waits for nothing has the deadline `never`.
class Deadlines {
 public:
  [[nodiscard]] std::size_t first() const noexcept { return heap_[0]; }
  /// `never` if nobody is there.
  [[nodiscard]] swim::Instant next() const noexcept { return heap_.empty() ? swim::never : at_[heap_[0]]; }
  [[nodiscard]] swim::Instant of(std::size_t i) const noexcept { return at_[i]; }

  void add() {
    at_.push_back(swim::never);
    place_.push_back(heap_.size());
    heap_.push_back(static_cast<std::uint32_t>(heap_.size()));
  }

  void set(std::size_t i, swim::Instant at) noexcept {
    const swim::Instant before = at_[i];
    at_[i] = at;
    if (at < before) {
      rise(place_[i]);
    } else if (at > before) {
      sink(place_[i]);
    }
  }

 private:
  [[nodiscard]] bool earlier(std::uint32_t a, std::uint32_t b) const noexcept {
    return at_[a] != at_[b] ? at_[a] < at_[b] : a < b;
  }
  void put(std::size_t place, std::uint32_t who) noexcept {
    heap_[place] = who;
    place_[who] = place;
  }

  void rise(std::size_t place) noexcept {
    const std::uint32_t who = heap_[place];
    while (place > 0 && earlier(who, heap_[(place - 1) / 2])) {
      put(place, heap_[(place - 1) / 2]);
      place = (place - 1) / 2;
    }
    put(place, who);
  }

  void sink(std::size_t place) noexcept {
    const std::uint32_t who = heap_[place];
    for (std::size_t child = 2 * place + 1; child < heap_.size(); child = 2 * place + 1) {
      child += child + 1 < heap_.size() && earlier(heap_[child + 1], heap_[child]) ? 1U : 0U;
      if (!earlier(heap_[child], who)) {
        break;
      }
      put(place, heap_[child]);
      place = child;
    }
    put(place, who);
  }

  std::vector<swim::Instant> at_;    // by index
  std::vector<std::size_t> place_;   // by index: where in the heap
  std::vector<std::uint32_t> heap_;  // indices
};

}  // namespace hearsay::sim
