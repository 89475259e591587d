// The messages of Serf, which travel as memberlist user messages (proto/serf.md, "Messages").
// Views look into the decoded buffer, as in messages.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "swim/bytes.h"

namespace hearsay::swim::wire {

enum class SerfType : std::uint8_t {
  leave = 0,
  join = 1,
  push_pull = 2,
  user_event = 3,
  query = 4,
  query_response = 5,
  conflict_response = 6,
  key_request = 7,
  key_response = 8,
  relay = 9,
};

struct LeaveIntent {
  std::uint64_t ltime = 0;
  std::string_view node;
  bool prune = false;
};

struct JoinIntent {
  std::uint64_t ltime = 0;
  std::string_view node;
};

struct UserEvent {
  std::uint64_t ltime = 0;
  std::string_view name;
  Bytes payload;    // empty is written as nil
  bool cc = false;  // receivers may coalesce
};

inline constexpr std::uint32_t query_wants_ack = 1;
inline constexpr std::uint32_t query_no_broadcast = 2;
inline constexpr std::uint32_t response_is_ack = 1;

struct Query {
  std::uint64_t ltime = 0;
  std::uint32_t id = 0;
  Bytes addr;
  std::uint16_t port = 0;
  std::string_view source_node;
  std::vector<Bytes> filters;
  std::uint32_t flags = 0;
  std::uint8_t relay_factor = 0;
  std::int64_t timeout_ns = 0;
  std::string_view name;
  Bytes payload;
};

/// First byte of a filter.
inline constexpr std::uint8_t filter_by_node = 0;
inline constexpr std::uint8_t filter_by_tag = 1;

/// A query filter, the bytes of one entry of Query::filters after its type byte.
struct NodeFilter {
  std::vector<std::string_view> nodes;
};
struct TagFilter {
  std::string_view tag;
  std::string_view expr;
};

struct QueryResponse {
  std::uint64_t ltime = 0;
  std::uint32_t id = 0;
  std::string_view from;
  std::uint32_t flags = 0;
  Bytes payload;
};

/// Payload of the internal key queries and of their answers, after the type byte.
struct KeyRequest {
  Bytes key;  // empty to list
};
struct KeyResponse {
  bool result = false;
  std::string_view message;
  std::vector<std::string_view> keys;  // base64; empty is written as nil
  std::string_view primary_key;
};

/// Payload of an answer to a conflict query: what we read of the member in it.
struct ConflictVote {
  std::string_view name;
  Bytes addr;
  std::uint16_t port = 0;
};

struct RelayHeader {
  Bytes ip;
  std::int64_t port = 0;
  std::string_view zone;
  std::string_view dest_name;
};

/// The user state of a push/pull (SerfType::push_pull). Events are flattened: one entry per event,
/// the ring's empty slots left out.
struct PushPullState {
  struct StatusTime {
    std::string_view name;
    std::uint64_t ltime = 0;
  };
  struct Event {
    std::uint64_t ltime = 0;
    std::string_view name;
    Bytes payload;
  };
  std::uint64_t ltime = 0;
  std::vector<StatusTime> status_ltimes;
  std::vector<std::string_view> left_members;
  std::uint64_t event_ltime = 0;
  std::vector<Event> events;
  std::uint64_t query_ltime = 0;
};

}  // namespace hearsay::swim::wire
