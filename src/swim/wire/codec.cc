#include "swim/wire/codec.h"

#include "swim/wire/dialect_struct.h"

namespace hearsay::swim::wire {
namespace dialect {

template <>
struct TableOf<Ping> {
  static constexpr std::tuple fields{
      field("SeqNo", &Ping::seq_no),
      field("Node", &Ping::node),
      field("SourceAddr", &Ping::source_addr, Empty::omitted),
      field("SourcePort", &Ping::source_port, Empty::omitted),
      field("SourceNode", &Ping::source_node, Empty::omitted),
  };
};

template <>
struct TableOf<IndirectPing> {
  static constexpr std::tuple fields{
      field("SeqNo", &IndirectPing::seq_no),
      field("Target", &IndirectPing::target),
      field("Port", &IndirectPing::port),
      field("Node", &IndirectPing::node),
      field("Nack", &IndirectPing::nack),
      field("SourceAddr", &IndirectPing::source_addr, Empty::omitted),
      field("SourcePort", &IndirectPing::source_port, Empty::omitted),
      field("SourceNode", &IndirectPing::source_node, Empty::omitted),
  };
};

template <>
struct TableOf<Ack> {
  static constexpr std::tuple fields{
      field("SeqNo", &Ack::seq_no),
      field("Payload", &Ack::payload, Empty::as_nil),
  };
};

template <>
struct TableOf<Nack> {
  static constexpr std::tuple fields{field("SeqNo", &Nack::seq_no)};
};

template <>
struct TableOf<ErrorReply> {
  static constexpr std::tuple fields{field("Error", &ErrorReply::error)};
};

template <>
struct TableOf<Suspect> {
  static constexpr std::tuple fields{
      field("Incarnation", &Suspect::incarnation),
      field("Node", &Suspect::node),
      field("From", &Suspect::from),
  };
};

template <>
struct TableOf<Alive> {
  static constexpr std::tuple fields{
      field("Incarnation", &Alive::incarnation),
      field("Node", &Alive::node),
      field("Addr", &Alive::addr),
      field("Port", &Alive::port),
      field("Meta", &Alive::meta),
      field("Vsn", &Alive::vsn),
  };
};

template <>
struct TableOf<Dead> {
  static constexpr std::tuple fields{
      field("Incarnation", &Dead::incarnation),
      field("Node", &Dead::node),
      field("From", &Dead::from),
  };
};

template <>
struct TableOf<PushPullHeader> {
  static constexpr std::tuple fields{
      field("Nodes", &PushPullHeader::nodes),
      field("UserStateLen", &PushPullHeader::user_state_len),
      field("Join", &PushPullHeader::join),
  };
};

template <>
struct TableOf<PushNodeState> {
  static constexpr std::tuple fields{
      field("Name", &PushNodeState::name),
      field("Addr", &PushNodeState::addr),
      field("Port", &PushNodeState::port),
      field("Meta", &PushNodeState::meta),
      field("Incarnation", &PushNodeState::incarnation),
      field("State", &PushNodeState::state),
      field("Vsn", &PushNodeState::vsn),
  };
};

template <>
struct TableOf<UserMessageHeader> {
  static constexpr std::tuple fields{field("UserMsgLen", &UserMessageHeader::user_msg_len)};
};

template <>
struct TableOf<Compress> {
  static constexpr std::tuple fields{
      field("Algo", &Compress::algo),
      field("Buf", &Compress::buf),
  };
};

}  // namespace dialect

namespace {

template <class T>
void encode_message(MessageType type, const T& message, Buffer& out) {
  out.push_back(static_cast<std::byte>(type));
  dialect::encode_body(message, out);
}

}  // namespace

const char* describe(DecodeError error) noexcept {
  switch (error) {
    case DecodeError::truncated:
      return "the message ends too early";
    case DecodeError::wrong_type:
      return "a value has the wrong type";
    case DecodeError::out_of_range:
      return "a number is out of range";
    case DecodeError::too_deep:
      return "values are nested too deep";
    case DecodeError::too_many:
      return "a list or map has too many elements";
  }
  return "unknown error";
}

template <class T>
tl::expected<Decoded<T>, DecodeError> decode_prefix(Bytes body) {
  return dialect::decode_body<T>(body);
}

template tl::expected<Decoded<Ping>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<IndirectPing>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<Ack>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<Nack>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<ErrorReply>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<Suspect>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<Alive>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<Dead>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<PushPullHeader>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<PushNodeState>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<UserMessageHeader>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<Compress>, DecodeError> decode_prefix(Bytes);

void encode(const Ping& message, Buffer& out) {
  encode_message(MessageType::ping, message, out);
}

void encode(const IndirectPing& message, Buffer& out) {
  encode_message(MessageType::indirect_ping, message, out);
}

void encode(const Ack& message, Buffer& out) {
  encode_message(MessageType::ack, message, out);
}

void encode(const Nack& message, Buffer& out) {
  encode_message(MessageType::nack, message, out);
}

void encode(const ErrorReply& message, Buffer& out) {
  encode_message(MessageType::error, message, out);
}

void encode(const Suspect& message, Buffer& out) {
  encode_message(MessageType::suspect, message, out);
}

void encode(const Alive& message, Buffer& out) {
  encode_message(MessageType::alive, message, out);
}

void encode(const Dead& message, Buffer& out) {
  encode_message(MessageType::dead, message, out);
}

void encode(const Compress& message, Buffer& out) {
  encode_message(MessageType::compress, message, out);
}

void encode(const PushPullHeader& message, Buffer& out) {
  encode_message(MessageType::push_pull, message, out);
}

void encode(const UserMessageHeader& message, Buffer& out) {
  encode_message(MessageType::user, message, out);
}

void encode(const PushNodeState& message, Buffer& out) {
  dialect::encode_body(message, out);
}

}  // namespace hearsay::swim::wire
