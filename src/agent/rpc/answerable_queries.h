// The numbers under which a client may answer queries (proto/rpc.md, "Streams").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "swim/event.h"
#include "swim/time.h"

namespace hearsay::agent::rpc {

/// Numbers count from 1 and are never used again. Of more than limits::answerable_queries the oldest is
/// forgotten.
class AnswerableQueries {
 public:
  /// Returns its number. Adds to `forgotten` if one that could still be answered had to give way.
  std::uint64_t add(const swim::QueryReceived& query, swim::Instant now, std::uint64_t& forgotten);
  /// Nothing: there is none of that number, or its deadline has come.
  [[nodiscard]] std::optional<swim::QueryKey> find(std::uint64_t number, swim::Instant now) const;
  /// Memory.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    std::uint64_t number;
    swim::QueryKey key;
    swim::Instant deadline;
  };
  std::vector<Entry> entries_;  // by number
  std::uint64_t last_ = 0;
};

}  // namespace hearsay::agent::rpc
