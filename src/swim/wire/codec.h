// Bytes to messages and back, in the msgpack dialect of gossip (proto/memberlist.md, "Dialect").
#pragma once

#include <tl/expected.hpp>

#include "swim/bytes.h"
#include "swim/wire/messages.h"
#include "swim/wire/serf_messages.h"

namespace hearsay::swim::wire {

enum class DecodeError : std::uint8_t {
  truncated,     // ends before the value does; more bytes could make it whole
  wrong_type,    // a value of a kind the field cannot hold
  out_of_range,  // negative into unsigned, or too wide for the field
  too_deep,      // nesting over the limit
  too_many,      // more elements than the limit
};

[[nodiscard]] const char* describe(DecodeError error) noexcept;

template <class T>
struct Decoded {
  T value;
  std::size_t size = 0;  // bytes the value took; what follows is not looked at
};

/// Decodes the msgpack body of a T from the front of `body` (the type byte already taken off).
/// Accepts keys in any order, unknown keys, missing keys (left at zero), nil as zero, a struct as
/// an array in declaration order, both integer families, str8 for strings, bin for byte fields.
/// Allocates nothing but the vectors of the few messages that have them.
template <class T>
[[nodiscard]] tl::expected<Decoded<T>, DecodeError> decode_prefix(Bytes body);

template <class T>
[[nodiscard]] tl::expected<T, DecodeError> decode(Bytes body) {
  return decode_prefix<T>(body).map([](auto&& d) { return std::move(d.value); });
}

/// Appends the type byte and the body, as go-msgpack 0.5.5 in Serf 0.9.4 writes them.
void encode(const Ping& message, Buffer& out);
void encode(const IndirectPing& message, Buffer& out);
void encode(const Ack& message, Buffer& out);
void encode(const Nack& message, Buffer& out);
void encode(const ErrorReply& message, Buffer& out);
void encode(const Suspect& message, Buffer& out);
void encode(const Alive& message, Buffer& out);
void encode(const Dead& message, Buffer& out);
void encode(const Compress& message, Buffer& out);
void encode(const PushPullHeader& message, Buffer& out);
void encode(const UserMessageHeader& message, Buffer& out);
/// States follow the header without a type byte.
void encode(const PushNodeState& message, Buffer& out);

/// Serf's messages: these append the Serf type byte and the body, without memberlist's user byte.
void encode(const LeaveIntent& message, Buffer& out);
void encode(const JoinIntent& message, Buffer& out);
void encode(const UserEvent& message, Buffer& out);
void encode(const Query& message, Buffer& out);
void encode(const QueryResponse& message, Buffer& out);
void encode(const KeyRequest& message, Buffer& out);
void encode(const KeyResponse& message, Buffer& out);
/// Filters: their own type byte and the body, one entry of Query::filters.
void encode(const NodeFilter& filter, Buffer& out);
void encode(const TagFilter& filter, Buffer& out);
/// Header only; the inner message's bytes follow.
void encode(const RelayHeader& message, Buffer& out);

/// The user state of a push/pull, written in pieces so that 10,000 members need no list of
/// themselves first. Call the functions in this order; counts are known before.
class PushPullStateWriter {
 public:
  explicit PushPullStateWriter(Buffer& out) : out_(&out) {}
  void begin(std::uint64_t event_ltime, std::size_t event_slots);
  /// One slot of the ring with its events (all of one LTime); none writes nil, an empty slot.
  void event_slot(std::span<const PushPullState::Event> events);
  void left_members(std::uint64_t ltime, std::size_t count);
  void left_member(std::string_view name);
  void status_ltimes(std::uint64_t query_ltime, std::size_t count);
  void status_ltime(std::string_view name, std::uint64_t ltime);

 private:
  Buffer* out_;
};

}  // namespace hearsay::swim::wire
