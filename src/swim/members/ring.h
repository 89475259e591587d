// The ring that all members stand on, in an order that everybody can work out from their names alone.
#pragma once

#include <cstdint>
#include <string_view>

namespace hearsay::swim {

/// Where a name stands, the same for everybody.
[[nodiscard]] std::uint64_t ring_position(std::string_view name) noexcept;

}  // namespace hearsay::swim
