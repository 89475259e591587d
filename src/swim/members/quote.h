// What a datagram began with, to know it again by what an ICMP error quotes of it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "swim/bytes.h"

namespace hearsay::swim {

/// ICMP is not sealed by the cluster's key: only who has seen a datagram can quote it. The first bytes of a
/// sealed one hold its nonce, those of a plain one the number of its ping.
class Quote {
 public:
  void remember(Bytes datagram) noexcept {
    size_ = static_cast<std::uint8_t>(std::min(datagram.size(), bytes_.size()));
    std::copy_n(datagram.begin(), size_, bytes_.begin());
  }
  /// A router may quote less than that, and then it is no evidence.
  [[nodiscard]] bool matches(Bytes quoted) const noexcept {
    return size_ > 0 && quoted.size() >= size_ &&
           std::equal(bytes_.begin(), bytes_.begin() + size_, quoted.begin());
  }

 private:
  std::array<std::byte, 64> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace hearsay::swim
