// Takes choices off the front of an input. At its end there are only zeros and empty views.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "swim/bytes.h"

namespace hearsay::fuzz {

class Input {
 public:
  explicit Input(swim::Bytes bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

  std::uint8_t byte() noexcept {
    const swim::Bytes one = take(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one.front());
  }

  /// Below 256 choices.
  std::uint8_t below(std::uint8_t bound) noexcept { return static_cast<std::uint8_t>(byte() % bound); }

  swim::Bytes take(std::size_t size) noexcept {
    const swim::Bytes taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  /// Two bytes of length, the lower first, and as many bytes, or what there is of them.
  swim::Bytes piece() noexcept {
    const std::size_t low = byte();
    return take(low + 256U * byte());
  }

  std::string_view text(std::size_t size) noexcept { return swim::as_text(take(size)); }

  swim::Bytes rest() noexcept { return take(rest_.size()); }

 private:
  swim::Bytes rest_;
};

}  // namespace hearsay::fuzz
