// Everything that is counted, under one set of names.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace hearsay::agent {

using CounterVisitor = std::function<void(std::string_view name, std::uint64_t value)>;

}  // namespace hearsay::agent
