#include "wire/json_of.h"

#include "swim/gossip/coordinate.h"
#include "swim/gossip/tags.h"
#include "swim/wire/codec.h"
#include "wire/vector.h"

namespace hearsay::tests {
namespace {

namespace wire = swim::wire;
using nlohmann::json;
using swim::Bytes;

/// A byte above 7f stands as the code point of that number.
std::string text(std::string_view bytes) {
  std::string utf8;
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < 0x80) {
      utf8 += byte;
    } else {
      utf8 += static_cast<char>(0xc0 | code >> 6);
      utf8 += static_cast<char>(0x80 | (code & 0x3f));
    }
  }
  return utf8;
}

json error(wire::DecodeError error) {
  switch (error) {
    case wire::DecodeError::truncated:
      return {{"error", "truncated"}};
    case wire::DecodeError::wrong_type:
      return {{"error", "wrong_type"}};
    case wire::DecodeError::out_of_range:
      return {{"error", "out_of_range"}};
    case wire::DecodeError::too_deep:
      return {{"error", "too_deep"}};
    case wire::DecodeError::too_many:
      return {{"error", "too_many"}};
  }
  return {{"error", "?"}};
}

json tags(Bytes meta) {
  json out = json::object();
  swim::for_each_tag(meta,
                     [&](std::string_view key, std::string_view value) { out[text(key)] = text(value); });
  return out;
}

template <class T>
void put_source(json& out, const T& message) {
  if (!message.source_addr.empty()) {
    out["SourceAddr"] = to_hex(message.source_addr);
  }
  if (message.source_port != 0) {
    out["SourcePort"] = message.source_port;
  }
  if (!message.source_node.empty()) {
    out["SourceNode"] = text(message.source_node);
  }
}

json describe(const wire::Ping& m) {
  json out{{"type", "ping"}, {"Node", text(m.node)}, {"SeqNo", m.seq_no}};
  put_source(out, m);
  return out;
}

json describe(const wire::IndirectPing& m) {
  json out{{"type", "indirect_ping"}, {"Nack", m.nack},    {"Node", text(m.node)},
           {"Port", m.port},          {"SeqNo", m.seq_no}, {"Target", to_hex(m.target)}};
  put_source(out, m);
  return out;
}

json describe(const wire::Ack& m) {
  json out{{"type", "ack"}, {"Payload", to_hex(m.payload)}, {"SeqNo", m.seq_no}};
  if (!m.payload.empty()) {
    const auto coordinate = swim::decode_coordinate(m.payload);
    out["Coordinate"] = !coordinate ? error(coordinate.error())
                                    : json{{"Adjustment", coordinate->adjustment},
                                           {"Error", coordinate->error},
                                           {"Height", coordinate->height},
                                           {"Vec", coordinate->vec}};
  }
  return out;
}

json describe(const wire::Nack& m) {
  return {{"type", "nack"}, {"SeqNo", m.seq_no}};
}

json describe(const wire::ErrorReply& m) {
  return {{"type", "error"}, {"Error", text(m.error)}};
}

json describe(const wire::Suspect& m) {
  return {
      {"type", "suspect"}, {"From", text(m.from)}, {"Incarnation", m.incarnation}, {"Node", text(m.node)}};
}

json describe(const wire::Dead& m) {
  return {{"type", "dead"}, {"From", text(m.from)}, {"Incarnation", m.incarnation}, {"Node", text(m.node)}};
}

json describe(const wire::Alive& m) {
  return {{"type", "alive"},        {"Addr", to_hex(m.addr)}, {"Incarnation", m.incarnation},
          {"Meta", to_hex(m.meta)}, {"Node", text(m.node)},   {"Port", m.port},
          {"Vsn", to_hex(m.vsn)},   {"Tags", tags(m.meta)}};
}

json describe(const wire::LeaveIntent& m) {
  return {{"type", "leave"}, {"LTime", m.ltime}, {"Node", text(m.node)}, {"Prune", m.prune}};
}

json describe(const wire::JoinIntent& m) {
  return {{"type", "join"}, {"LTime", m.ltime}, {"Node", text(m.node)}};
}

json describe(const wire::UserEvent& m) {
  return {{"type", "user_event"},
          {"CC", m.cc},
          {"LTime", m.ltime},
          {"Name", text(m.name)},
          {"Payload", to_hex(m.payload)}};
}

json describe(const wire::NodeFilter& m) {
  json nodes = json::array();
  for (const auto node : m.nodes) {
    nodes.push_back(text(node));
  }
  return {{"type", "node"}, {"Nodes", nodes}};
}

json describe(const wire::TagFilter& m) {
  return {{"type", "tag"}, {"Expr", text(m.expr)}, {"Tag", text(m.tag)}};
}

json describe(const wire::KeyRequest& m);
json describe(const wire::KeyResponse& m);
json describe(const wire::ConflictVote& m);
json describe(const wire::Query& m);
json describe(const wire::QueryResponse& m);

template <class T>
json decoded(Bytes body) {
  const auto message = wire::decode<T>(body);
  return message ? describe(*message) : error(message.error());
}

json filter(Bytes bytes) {
  if (bytes.empty()) {
    return {{"error", "empty"}};
  }
  return bytes[0] == std::byte{0} ? decoded<wire::NodeFilter>(bytes.subspan(1))
                                  : decoded<wire::TagFilter>(bytes.subspan(1));
}

json describe(const wire::KeyRequest& m) {
  return {{"Key", to_hex(m.key)}};
}

json describe(const wire::KeyResponse& m) {
  json keys = json::array();
  for (const auto key : m.keys) {
    keys.push_back(text(key));
  }
  return {{"Result", m.result},
          {"Message", text(m.message)},
          {"Keys", keys},
          {"PrimaryKey", text(m.primary_key)}};
}

json describe(const wire::ConflictVote& m) {
  return {{"Addr", to_hex(m.addr)}, {"Port", m.port}};
}

/// Adds what the payload of an internal query or of its answer says.
void put_internal(json& out, Bytes payload) {
  const auto type = payload.empty() ? wire::SerfType::leave : static_cast<wire::SerfType>(payload[0]);
  if (type == wire::SerfType::conflict_response) {
    out["ConflictVote"] = decoded<wire::ConflictVote>(payload.subspan(1));
  } else if (type == wire::SerfType::key_request) {
    out["KeyRequest"] = decoded<wire::KeyRequest>(payload.subspan(1));
  } else if (type == wire::SerfType::key_response) {
    out["KeyResponse"] = decoded<wire::KeyResponse>(payload.subspan(1));
  }
}

json describe(const wire::Query& m) {
  json filters = json::array();
  for (const Bytes bytes : m.filters) {
    filters.push_back(filter(bytes));
  }
  json out{{"type", "query"},
           {"Addr", to_hex(m.addr)},
           {"Filters", filters},
           {"Flags", m.flags},
           {"ID", m.id},
           {"LTime", m.ltime},
           {"Name", text(m.name)},
           {"Payload", to_hex(m.payload)},
           {"Port", m.port},
           {"RelayFactor", m.relay_factor},
           {"SourceNode", text(m.source_node)},
           {"Timeout", m.timeout_ns}};
  put_internal(out, m.payload);
  return out;
}

json describe(const wire::QueryResponse& m) {
  json out{{"type", "query_response"}, {"Flags", m.flags},
           {"From", text(m.from)},     {"ID", m.id},
           {"LTime", m.ltime},         {"Payload", to_hex(m.payload)}};
  put_internal(out, m.payload);
  return out;
}

json serf(Bytes bytes);

json relay(Bytes body) {
  const auto header = wire::decode_prefix<wire::RelayHeader>(body);
  if (!header) {
    return error(header.error());
  }
  const wire::RelayHeader& to = header->value;
  return {{"type", "relay"},
          {"DestAddr", {{"IP", to_hex(to.ip)}, {"Port", to.port}, {"Zone", text(to.zone)}}},
          {"DestName", text(to.dest_name)},
          {"message", serf(body.subspan(header->size))}};
}

json serf(Bytes bytes) {
  if (bytes.empty()) {
    return error(wire::DecodeError::truncated);
  }
  const Bytes body = bytes.subspan(1);
  switch (static_cast<wire::SerfType>(bytes[0])) {
    case wire::SerfType::leave:
      return decoded<wire::LeaveIntent>(body);
    case wire::SerfType::join:
      return decoded<wire::JoinIntent>(body);
    case wire::SerfType::user_event:
      return decoded<wire::UserEvent>(body);
    case wire::SerfType::query:
      return decoded<wire::Query>(body);
    case wire::SerfType::query_response:
      return decoded<wire::QueryResponse>(body);
    case wire::SerfType::relay:
      return relay(body);
    default:
      return {{"error", "unknown_serf_type"}};
  }
}

json user_state(Bytes bytes) {
  const auto state = bytes.empty() ? tl::unexpected(wire::DecodeError::truncated)
                                   : wire::decode<wire::PushPullState>(bytes.subspan(1));
  if (!state) {
    return error(state.error());
  }
  json out{{"EventLTime", state->event_ltime},
           {"Events", json::array()},
           {"LTime", state->ltime},
           {"LeftMembers", json::array()},
           {"QueryLTime", state->query_ltime},
           {"StatusLTimes", json::object()}};
  for (const auto& event : state->events) {
    out["Events"].push_back(
        {{"LTime", event.ltime}, {"Name", text(event.name)}, {"Payload", to_hex(event.payload)}});
  }
  for (const auto name : state->left_members) {
    out["LeftMembers"].push_back(text(name));
  }
  for (const auto& status : state->status_ltimes) {
    out["StatusLTimes"][text(status.name)] = status.ltime;
  }
  return out;
}

json describe(const wire::PushPull& m) {
  json nodes = json::array();
  for (const wire::PushNodeState& node : m.nodes) {
    nodes.push_back({{"Addr", to_hex(node.addr)},
                     {"Incarnation", node.incarnation},
                     {"Meta", to_hex(node.meta)},
                     {"Name", text(node.name)},
                     {"Port", node.port},
                     {"State", node.state},
                     {"Vsn", to_hex(node.vsn)},
                     {"Tags", tags(node.meta)}});
  }
  return {{"type", "push_pull"}, {"Join", m.join}, {"Nodes", nodes}, {"UserState", user_state(m.user_state)}};
}

json describe(const wire::StreamUserMessage& m) {
  return {{"type", "user"}, {"serf", serf(m.payload)}};
}

}  // namespace

json json_of(wire::MessageType type, Bytes body) {
  switch (type) {
    case wire::MessageType::ping:
      return decoded<wire::Ping>(body);
    case wire::MessageType::indirect_ping:
      return decoded<wire::IndirectPing>(body);
    case wire::MessageType::ack:
      return decoded<wire::Ack>(body);
    case wire::MessageType::nack:
      return decoded<wire::Nack>(body);
    case wire::MessageType::suspect:
      return decoded<wire::Suspect>(body);
    case wire::MessageType::alive:
      return decoded<wire::Alive>(body);
    case wire::MessageType::dead:
      return decoded<wire::Dead>(body);
    default:
      return {{"type", "user"}, {"serf", serf(body)}};
  }
}

json json_of(const wire::StreamMessage& message) {
  return std::visit([](const auto& m) { return describe(m); }, message);
}

}  // namespace hearsay::tests
