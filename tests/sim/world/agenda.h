// What will happen, and when: the simulator's heap of events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "swim/time.h"

namespace hearsay::sim {

/// Which part of the simulator a Due is for; `slot` is a place in that part's pool.
enum class Happening : std::uint8_t { datagram, refusal, segment, retry, act };

struct Due {
  swim::Instant at;
  std::uint64_t order;  // of two at the same time the one scheduled first happens first
  std::uint32_t slot;
  Happening what;
};

/// A heap of four children a node, of plain values: no allocation once it has grown.
class Agenda {
 public:
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  /// `never` if there is none.
  [[nodiscard]] swim::Instant next() const noexcept { return heap_.empty() ? swim::never : heap_[0].at; }

  void add(swim::Instant at, Happening what, std::uint32_t slot) {
    const Due due{at, ++order_, slot, what};
    std::size_t place = heap_.size();
    heap_.push_back(due);
    while (place > 0 && before(due, heap_[parent(place)])) {
      heap_[place] = heap_[parent(place)];
      place = parent(place);
    }
    heap_[place] = due;
  }

  /// Takes out what is next; the agenda must not be empty.
  Due take() {
    const Due first = heap_[0];
    const Due last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) {
      sink(last);
    }
    return first;
  }

 private:
  static constexpr std::size_t children = 4;
  static constexpr std::size_t parent(std::size_t place) { return (place - 1) / children; }
  static bool before(const Due& a, const Due& b) noexcept {
    return a.at != b.at ? a.at < b.at : a.order < b.order;
  }

  /// Puts `due` where the top was, and lets it sink to where it belongs.
  void sink(const Due& due) {
    std::size_t place = 0;
    for (;;) {
      const std::size_t first = place * children + 1;
      const std::size_t end = std::min(first + children, heap_.size());
      if (first >= end) {
        break;
      }
      std::size_t least = first;
      for (std::size_t child = first + 1; child < end; ++child) {
        least = before(heap_[child], heap_[least]) ? child : least;
      }
      if (!before(heap_[least], due)) {
        break;
      }
      heap_[place] = heap_[least];
      place = least;
    }
    heap_[place] = due;
  }

  std::vector<Due> heap_;
  std::uint64_t order_ = 0;
};

}  // namespace hearsay::sim
