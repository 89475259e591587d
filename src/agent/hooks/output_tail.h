// The last bytes of what a script printed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "swim/bytes.h"

namespace hearsay::agent::hooks {

/// A ring: keeps the last `capacity` bytes, counts all of them.
class OutputTail {
 public:
  static constexpr std::size_t capacity = std::size_t{8} * 1024;

  void append(swim::Bytes bytes) {
    total_ += bytes.size();
    bytes = bytes.last(std::min(bytes.size(), capacity));
    const std::size_t before_wrap = std::min(bytes.size(), capacity - ring_.size());
    ring_.append(swim::as_text(bytes.first(before_wrap)));
    for (const std::byte byte : bytes.subspan(before_wrap)) {
      ring_[oldest_] = static_cast<char>(byte);
      oldest_ = (oldest_ + 1) % capacity;
    }
  }

  [[nodiscard]] std::size_t total() const noexcept { return total_; }
  /// In the order it was printed.
  [[nodiscard]] std::string text() const { return ring_.substr(oldest_) + ring_.substr(0, oldest_); }

 private:
  std::string ring_;
  std::size_t oldest_ = 0;  // where the next byte goes once the ring is full
  std::size_t total_ = 0;
};

}  // namespace hearsay::agent::hooks
