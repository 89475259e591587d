// Why the core refused, in the texts that clients match on (proto/rpc.md, "Errors").
#pragma once

#include <string>

#include "swim/node.h"

namespace hearsay::agent {

[[nodiscard]] std::string describe(const swim::TooLarge& refused);
[[nodiscard]] std::string describe(const swim::QueryRefused& refused);
[[nodiscard]] std::string describe(const swim::RespondRefused& refused);

}  // namespace hearsay::agent
