#include "swim/endpoint.h"

#include <algorithm>

namespace hearsay::swim {

std::optional<IpAddress> IpAddress::from_wire(Bytes bytes) noexcept {
  IpAddress out;
  if (bytes.size() == 4) {
    out = v4(0, 0, 0, 0);
    std::ranges::copy(bytes, out.bytes_.begin() + 12);
    return out;
  }
  if (bytes.size() == 16) {
    std::ranges::copy(bytes, out.bytes_.begin());
    return out;
  }
  return std::nullopt;
}

bool IpAddress::is_unspecified() const noexcept {
  return std::ranges::all_of(wire(), [](std::byte b) { return b == std::byte{}; });
}

bool IpAddress::is_loopback() const noexcept {
  if (is_v4()) {
    return bytes_[12] == std::byte{127};
  }
  return std::all_of(bytes_.begin(), bytes_.begin() + 15, [](std::byte b) { return b == std::byte{}; }) &&
         bytes_[15] == std::byte{1};
}

bool IpAddress::is_v6_link_local() const noexcept {
  return bytes_[0] == std::byte{0xfe} && (bytes_[1] & std::byte{0xc0}) == std::byte{0x80};
}

}  // namespace hearsay::swim
