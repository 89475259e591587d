// Places that are used again: what is on its way needs no allocation once as much was on its way before.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

namespace hearsay::sim {

/// A slot holds a T that is left as it was when it was given back, with the memory it had.
template <class T>
class Pool {
 public:
  std::uint32_t take() {
    if (free_.empty()) {
      slots_.emplace_back();
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void give_back(std::uint32_t slot) { free_.push_back(slot); }

  /// Stays where it is until it is given back.
  T& operator[](std::uint32_t slot) { return slots_[slot]; }

 private:
  std::deque<T> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace hearsay::sim
