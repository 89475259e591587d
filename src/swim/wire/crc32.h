// CRC-32 as IEEE 802.3 defines it: the check of gossip packets.
#pragma once

#include <cstdint>

#include "swim/bytes.h"

namespace hearsay::swim::wire {

[[nodiscard]] std::uint32_t crc32(Bytes bytes) noexcept;

}  // namespace hearsay::swim::wire
