// Where a collector of metrics listens.
#pragma once

#include <cstdint>
#include <string>

namespace hearsay::agent::metrics {

/// As the user wrote it: the name is resolved anew for every connection.
struct Target {
  std::string host;
  std::uint16_t port;
};

}  // namespace hearsay::agent::metrics
