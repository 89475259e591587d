// A query that a node receives.
#pragma once

#include <cstdint>
#include <string_view>

#include "scene.h"

namespace hearsay::sim {

/// What of a query differs from test to test; n1 asks.
struct AskedQuery {
  std::uint64_t ltime = 0;
  std::uint32_t id = 1;
  std::uint32_t flags = 0;
  std::uint8_t relay_factor = 0;
};

/// Answers go to `asker`, within a minute.
inline swim::Buffer query_to(const swim::Endpoint& asker, const AskedQuery& query) {
  return user_message(swim::wire::Query{.ltime = query.ltime,
                                        .id = query.id,
                                        .addr = asker.ip.wire(),
                                        .port = asker.port,
                                        .source_node = "n1",
                                        .flags = query.flags,
                                        .relay_factor = query.relay_factor,
                                        .timeout_ns = 60'000'000'000,
                                        .name = "q",
                                        .payload = {}});
}

}  // namespace hearsay::sim
