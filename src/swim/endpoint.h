// Where a member can be reached.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

#include "swim/bytes.h"

namespace hearsay::swim {

/// An IPv4 or IPv6 address in 16 bytes; IPv4 is kept v4-mapped (::ffff:a.b.c.d), so an address
/// that a peer sends in either form compares equal. Parsing and printing text is the agent's
/// business (agent/net/address.h).
class IpAddress {
 public:
  /// The unspecified IPv6 address, ::.
  constexpr IpAddress() noexcept = default;

  static constexpr IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) noexcept {
    IpAddress out;
    out.bytes_ = {{{},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {},
                   std::byte{0xff},
                   std::byte{0xff},
                   std::byte{a},
                   std::byte{b},
                   std::byte{c},
                   std::byte{d}}};
    return out;
  }

  static constexpr IpAddress v6(const std::array<std::byte, 16>& bytes) noexcept {
    IpAddress out;
    out.bytes_ = bytes;
    return out;
  }

  /// Four or sixteen bytes, as net.IP travels in gossip (proto/memberlist.md); else nothing.
  static std::optional<IpAddress> from_wire(Bytes bytes) noexcept;

  /// Four bytes for IPv4, sixteen for IPv6. The view lives as long as this object.
  [[nodiscard]] Bytes wire() const noexcept { return is_v4() ? Bytes(bytes_).subspan(12) : Bytes(bytes_); }

  [[nodiscard]] const std::array<std::byte, 16>& bytes() const noexcept { return bytes_; }
  [[nodiscard]] bool is_v4() const noexcept {
    static constexpr std::array<std::byte, 12> mapped = {
        {{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, std::byte{0xff}, std::byte{0xff}}};
    return std::memcmp(bytes_.data(), mapped.data(), mapped.size()) == 0;
  }
  /// 0.0.0.0 or ::
  [[nodiscard]] bool is_unspecified() const noexcept;
  /// 127.0.0.0/8 or ::1
  [[nodiscard]] bool is_loopback() const noexcept;
  /// fe80::/10: good only together with the interface that it is reached by.
  [[nodiscard]] bool is_v6_link_local() const noexcept;

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) noexcept = default;

 private:
  std::array<std::byte, 16> bytes_{};
};

struct Endpoint {
  IpAddress ip;
  std::uint16_t port = 0;

  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) noexcept = default;
};

}  // namespace hearsay::swim
