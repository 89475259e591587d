#include "swim/wire/codec.h"
#include "swim/wire/dialect_struct.h"

namespace hearsay::swim::wire {
namespace dialect {

template <>
struct TableOf<LeaveIntent> {
  static constexpr std::tuple fields{
      field("LTime", &LeaveIntent::ltime),
      field("Node", &LeaveIntent::node),
      field("Prune", &LeaveIntent::prune),
  };
};

template <>
struct TableOf<JoinIntent> {
  static constexpr std::tuple fields{
      field("LTime", &JoinIntent::ltime),
      field("Node", &JoinIntent::node),
  };
};

template <>
struct TableOf<UserEvent> {
  static constexpr std::tuple fields{
      field("LTime", &UserEvent::ltime),
      field("Name", &UserEvent::name),
      field("Payload", &UserEvent::payload, Empty::as_nil),
      field("CC", &UserEvent::cc),
  };
};

template <>
struct TableOf<Query> {
  static constexpr std::tuple fields{
      field("LTime", &Query::ltime),
      field("ID", &Query::id),
      field("Addr", &Query::addr),
      field("Port", &Query::port),
      field("SourceNode", &Query::source_node),
      field("Filters", &Query::filters, Empty::as_nil),
      field("Flags", &Query::flags),
      field("RelayFactor", &Query::relay_factor),
      field("Timeout", &Query::timeout_ns),
      field("Name", &Query::name),
      field("Payload", &Query::payload, Empty::as_nil),
  };
};

template <>
struct TableOf<TagFilter> {
  static constexpr std::tuple fields{
      field("Tag", &TagFilter::tag),
      field("Expr", &TagFilter::expr),
  };
};

template <>
struct TableOf<QueryResponse> {
  static constexpr std::tuple fields{
      field("LTime", &QueryResponse::ltime),
      field("ID", &QueryResponse::id),
      field("From", &QueryResponse::from),
      field("Flags", &QueryResponse::flags),
      field("Payload", &QueryResponse::payload, Empty::as_nil),
  };
};

template <>
struct TableOf<KeyRequest> {
  static constexpr std::tuple fields{
      field("Key", &KeyRequest::key),
  };
};

static bool read_value(Reader& in, std::vector<std::string_view>& out) {
  return read_list(in, out, list_max);
}

template <>
struct TableOf<KeyResponse> {
  static constexpr std::tuple fields{
      field("Result", &KeyResponse::result),
      field("Message", &KeyResponse::message),
      field("Keys", &KeyResponse::keys, Empty::as_nil),
      field("PrimaryKey", &KeyResponse::primary_key),
  };
};

template <>
struct TableOf<ConflictVote> {
  static constexpr std::tuple fields{
      field("Name", &ConflictVote::name),
      field("Addr", &ConflictVote::addr),
      field("Port", &ConflictVote::port),
  };
};

struct RelayAddressTable {
  static constexpr std::tuple fields{
      field("IP", &RelayHeader::ip),
      field("Port", &RelayHeader::port),
      field("Zone", &RelayHeader::zone),
  };
};

template <>
struct TableOf<RelayHeader> {
  static constexpr std::tuple fields{
      Nested<RelayAddressTable>{"DestAddr"},
      field("DestName", &RelayHeader::dest_name),
  };
};

// A bare array, not a struct.
static bool read_value(Reader& in, NodeFilter& out) {
  return read_list(in, out.nodes, list_max);
}

}  // namespace dialect

namespace {

template <class T>
void encode_message(SerfType type, const T& message, Buffer& out) {
  out.push_back(static_cast<std::byte>(type));
  dialect::encode_body(message, out);
}

}  // namespace

template <class T>
tl::expected<Decoded<T>, DecodeError> decode_prefix(Bytes body) {
  return dialect::decode_body<T>(body);
}

template tl::expected<Decoded<LeaveIntent>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<JoinIntent>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<UserEvent>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<Query>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<NodeFilter>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<TagFilter>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<QueryResponse>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<RelayHeader>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<KeyRequest>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<KeyResponse>, DecodeError> decode_prefix(Bytes);
template tl::expected<Decoded<ConflictVote>, DecodeError> decode_prefix(Bytes);

void encode(const LeaveIntent& message, Buffer& out) {
  encode_message(SerfType::leave, message, out);
}

void encode(const JoinIntent& message, Buffer& out) {
  encode_message(SerfType::join, message, out);
}

void encode(const UserEvent& message, Buffer& out) {
  encode_message(SerfType::user_event, message, out);
}

void encode(const Query& message, Buffer& out) {
  encode_message(SerfType::query, message, out);
}

void encode(const QueryResponse& message, Buffer& out) {
  encode_message(SerfType::query_response, message, out);
}

void encode(const KeyRequest& message, Buffer& out) {
  encode_message(SerfType::key_request, message, out);
}

void encode(const KeyResponse& message, Buffer& out) {
  encode_message(SerfType::key_response, message, out);
}

void encode(const NodeFilter& filter, Buffer& out) {
  out.push_back(std::byte{filter_by_node});
  dialect::Writer writer(out);
  writer.array(filter.nodes.size());
  for (const std::string_view node : filter.nodes) {
    writer.text(node);
  }
}

void encode(const TagFilter& filter, Buffer& out) {
  out.push_back(std::byte{filter_by_tag});
  dialect::encode_body(filter, out);
}

void encode(const RelayHeader& message, Buffer& out) {
  encode_message(SerfType::relay, message, out);
}

}  // namespace hearsay::swim::wire
