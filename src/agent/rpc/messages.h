// Requests and answers as structs (proto/rpc.md, "Commands"). The server decodes requests and writes
// answers; the client does the reverse.
//
// decode() fills what the map has and leaves the rest as it was; the reader says whether it failed.
// Views in a message look into the bytes it was decoded from. encode() writes fields in sorted order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/rpc/msgpack_reader.h"
#include "agent/rpc/msgpack_writer.h"
#include "swim/gossip/coordinate.h"

namespace hearsay::agent::rpc {

struct RequestHeader {
  std::string command;  // owned: the body that follows comes later
  std::uint64_t seq = 0;
};

struct ResponseHeader {
  std::string_view error;
  std::uint64_t seq = 0;
};

/// Pairs in the order they came.
using TextPairs = std::vector<std::pair<std::string_view, std::string_view>>;

struct HandshakeRequest {
  std::int64_t version = 0;
};

struct AuthRequest {
  std::string_view key;
};

struct EventRequest {
  std::string_view name;
  swim::Bytes payload;
  bool coalesce = false;
};

struct ForceLeaveRequest {
  std::string_view node;
  bool prune = false;
};

struct JoinRequest {
  std::vector<std::string_view> existing;
  bool replay = false;
};

struct JoinResponse {
  std::int64_t contacted = 0;
};

/// Patterns; an empty status or name matches all, an empty pattern of a tag only the empty value.
struct MembersFilteredRequest {
  TextPairs tags;
  std::string_view status;
  std::string_view name;
};

struct StreamRequest {
  std::string_view type;
};

struct MonitorRequest {
  std::string_view log_level;
};

struct StopRequest {
  std::uint64_t stop = 0;
};

struct TagsRequest {
  TextPairs set;
  std::vector<std::string_view> remove;
};

struct QueryRequest {
  std::vector<std::string_view> filter_nodes;
  TextPairs filter_tags;  // tag to pattern
  bool request_ack = false;
  std::uint8_t relay_factor = 0;
  std::int64_t timeout_ns = 0;  // 0: by the size of the cluster
  std::string_view name;
  swim::Bytes payload;
};

struct RespondRequest {
  std::uint64_t id = 0;
  swim::Bytes payload;
};

/// A record of a query's stream.
struct QueryRecord {
  static constexpr std::string_view ack = "ack", response = "response", done = "done";

  std::string_view type;
  std::string_view from;
  swim::Bytes payload;
};

/// Base64.
struct KeyRequest {
  std::string_view key;
};

struct KeyResponse {
  TextPairs messages;  // by member
  /// Base64, and how many members have it. Nothing: no list was asked for.
  std::optional<std::vector<std::pair<std::string_view, std::int64_t>>> keys;
  std::int64_t nodes = 0;
  std::int64_t failures = 0;
  std::int64_t answers = 0;
};

struct CoordinateRequest {
  std::string_view node;
};

/// `at` means nothing unless the member's place is known.
struct CoordinateResponse {
  swim::Coordinate at;
  bool known = false;
};

/// A member in an answer or an event. `addr` is 4 or 16 bytes.
struct MemberRow {
  std::string_view name;
  swim::Bytes addr;
  std::uint16_t port = 0;
  std::string_view status;
  TextPairs tags;
  std::uint8_t protocol_min = 0, protocol_max = 0, protocol_cur = 0;
  std::uint8_t delegate_min = 0, delegate_max = 0, delegate_cur = 0;
};

void decode(Reader& in, RequestHeader& out);
void decode(Reader& in, HandshakeRequest& out);
void decode(Reader& in, AuthRequest& out);
void decode(Reader& in, EventRequest& out);
void decode(Reader& in, ForceLeaveRequest& out);
void decode(Reader& in, JoinRequest& out);
void decode(Reader& in, MembersFilteredRequest& out);
void decode(Reader& in, StreamRequest& out);
void decode(Reader& in, MonitorRequest& out);
void decode(Reader& in, StopRequest& out);
void decode(Reader& in, TagsRequest& out);
void decode(Reader& in, QueryRequest& out);
void decode(Reader& in, RespondRequest& out);
void decode(Reader& in, CoordinateRequest& out);
void decode(Reader& in, KeyRequest& out);

void decode(Reader& in, ResponseHeader& out);
void decode(Reader& in, JoinResponse& out);
void decode(Reader& in, QueryRecord& out);
void decode(Reader& in, CoordinateResponse& out);
void decode(Reader& in, KeyResponse& out);
/// Clears `out.tags` first, so one row can be used again and again.
void decode(Reader& in, MemberRow& out);

void encode(Writer out, std::string_view command, std::uint64_t seq);
void encode(Writer out, const HandshakeRequest& message);
void encode(Writer out, const AuthRequest& message);
void encode(Writer out, const EventRequest& message);
void encode(Writer out, const ForceLeaveRequest& message);
void encode(Writer out, const JoinRequest& message);
void encode(Writer out, const MembersFilteredRequest& message);
void encode(Writer out, const StreamRequest& message);
void encode(Writer out, const MonitorRequest& message);
void encode(Writer out, const StopRequest& message);
void encode(Writer out, const TagsRequest& message);
void encode(Writer out, const QueryRequest& message);
void encode(Writer out, const RespondRequest& message);
void encode(Writer out, const CoordinateRequest& message);
void encode(Writer out, const KeyRequest& message);

void encode(Writer out, const ResponseHeader& message);
void encode(Writer out, const JoinResponse& message);
void encode(Writer out, const QueryRecord& message);
void encode(Writer out, const CoordinateResponse& message);
void encode(Writer out, const KeyResponse& message);

}  // namespace hearsay::agent::rpc
