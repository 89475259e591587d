// The messages of memberlist, as plain structs (proto/memberlist.md, "Messages").
//
// Every string_view and Bytes member looks into the buffer that was decoded and is valid only as
// long as that buffer; a handler that keeps something copies it. Field order is the order Go
// declares them in, which is the order of a struct encoded as an array; on the wire, maps carry
// the keys sorted bytewise.
#pragma once

#include <cstdint>
#include <string_view>

#include "swim/bytes.h"

namespace hearsay::swim::wire {

/// First byte of every message.
enum class MessageType : std::uint8_t {
  ping = 0,
  indirect_ping = 1,
  ack = 2,
  suspect = 3,
  alive = 4,
  dead = 5,
  push_pull = 6,
  compound = 7,
  user = 8,
  compress = 9,
  encrypt = 10,
  nack = 11,
  has_crc = 12,
  error = 13,
  has_label = 244,
};

struct Ping {
  std::uint32_t seq_no = 0;
  std::string_view node;  // empty: whoever receives it
  Bytes source_addr;      // empty: answer the UDP source
  std::uint16_t source_port = 0;
  std::string_view source_node;
};

struct IndirectPing {
  std::uint32_t seq_no = 0;
  Bytes target;
  std::uint16_t port = 0;
  std::string_view node;
  bool nack = false;
  Bytes source_addr;
  std::uint16_t source_port = 0;
  std::string_view source_node;
};

struct Ack {
  std::uint32_t seq_no = 0;
  Bytes payload;  // empty is written as nil
};

struct Nack {
  std::uint32_t seq_no = 0;
};

struct ErrorReply {
  std::string_view error;
};

struct Suspect {
  std::uint32_t incarnation = 0;
  std::string_view node;
  std::string_view from;
};

struct Alive {
  std::uint32_t incarnation = 0;
  std::string_view node;
  Bytes addr;
  std::uint16_t port = 0;
  Bytes meta;
  Bytes vsn;
};

struct Dead {
  std::uint32_t incarnation = 0;
  std::string_view node;
  std::string_view from;
};

/// What a push/pull says of one member.
enum class NodeState : std::uint8_t { alive = 0, suspect = 1, dead = 2, left = 3 };

struct PushPullHeader {
  std::int64_t nodes = 0;
  std::int64_t user_state_len = 0;
  bool join = false;
};

struct PushNodeState {
  std::string_view name;
  Bytes addr;
  std::uint16_t port = 0;
  Bytes meta;
  std::uint32_t incarnation = 0;
  std::int64_t state = 0;  // a NodeState once validated
  Bytes vsn;
};

struct UserMessageHeader {
  std::int64_t user_msg_len = 0;
};

struct Compress {
  std::uint8_t algo = 0;  // 0 is LZW, the only one
  Bytes buf;
};

}  // namespace hearsay::swim::wire
