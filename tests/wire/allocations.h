// How often this program has called operator new.
#pragma once

#include <cstddef>

namespace hearsay::tests {

std::size_t allocations() noexcept;

}  // namespace hearsay::tests
