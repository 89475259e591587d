#include "agent/rpc/messages.h"

#include <limits>

namespace hearsay::agent::rpc {
namespace {

void read(Reader& in, std::string_view& out) {
  out = in.text();
}
void read(Reader& in, std::string& out) {
  out = in.text();
}
void read(Reader& in, swim::Bytes& out) {
  out = in.bytes();
}
void read(Reader& in, bool& out) {
  out = in.boolean();
}
void read(Reader& in, std::uint64_t& out) {
  out = in.unsigned_integer();
}
void read(Reader& in, std::int64_t& out) {
  out = in.integer();
}

void read(Reader& in, double& out) {
  out = in.real();
}

/// As many as there are dimensions; nil for the place of nobody.
void read(Reader& in, std::array<double, swim::coordinate_dimensions>& out) {
  const bool present = in.next() != Reader::Kind::nil;
  if (in.array() != (present ? out.size() : 0)) {
    in.fail();
  }
  for (double& component : out) {
    component = present ? in.real() : 0;
  }
}

/// Numbers narrower than what travels: one that does not fit is a failure.
template <class Narrow>
void read_narrow(Reader& in, Narrow& out) {
  const std::uint64_t value = in.unsigned_integer();
  if (value > std::numeric_limits<Narrow>::max()) {
    in.fail();
    return;
  }
  out = static_cast<Narrow>(value);
}

void read(Reader& in, std::uint8_t& out) {
  read_narrow(in, out);
}
void read(Reader& in, std::uint16_t& out) {
  read_narrow(in, out);
}

void read(Reader& in, TextPairs& out) {
  out.clear();
  for_each_field(in, [&](std::string_view key) {
    out.emplace_back(key, in.text());
    return true;
  });
}

void read(Reader& in, std::optional<std::vector<std::pair<std::string_view, std::int64_t>>>& out) {
  out.reset();
  if (in.next() == Reader::Kind::nil) {
    in.skip();
    return;
  }
  out.emplace();
  for_each_field(in, [&](std::string_view key) {
    out->emplace_back(key, in.integer());
    return true;
  });
}

void read(Reader& in, std::vector<std::string_view>& out) {
  out.clear();
  for (std::uint32_t left = in.array(); left > 0 && !in.failed(); --left) {
    out.push_back(in.text());
  }
}

void read(Reader& in, swim::Coordinate& out);  // itself a struct

/// A field of a message: what it is called and where its value goes.
template <class Target>
struct Field {
  std::string_view name;
  Target& target;

  bool read_if_named(Reader& in, std::string_view key) const {
    if (key != name) {
      return false;
    }
    read(in, target);
    return true;
  }
};

template <class Target>
Field(std::string_view, Target&) -> Field<Target>;

/// A map by names, or an array in the order Go declares the fields, which Serf accepts too.
template <class... Targets>
void decode_struct(Reader& in, Field<Targets>... fields) {
  if (in.next() != Reader::Kind::array) {
    for_each_field(in, [&](std::string_view key) { return (fields.read_if_named(in, key) || ...); });
    return;
  }
  std::uint32_t left = in.array();
  const auto read_next = [&](auto& target) {
    if (left > 0) {
      --left;
      read(in, target);
    }
  };
  (read_next(fields.target), ...);
  for (; left > 0 && !in.failed(); --left) {
    in.skip();
  }
}

void read(Reader& in, swim::Coordinate& out) {
  decode_struct(in, Field{"Vec", out.vec}, Field{"Error", out.error}, Field{"Adjustment", out.adjustment},
                Field{"Height", out.height});
}

void write(Writer& out, const TextPairs& pairs) {
  out.map(static_cast<std::uint32_t>(pairs.size()));
  for (const auto& [key, value] : pairs) {
    out.text(key).text(value);
  }
}

void write(Writer& out, const std::vector<std::string_view>& texts) {
  out.array(static_cast<std::uint32_t>(texts.size()));
  for (const std::string_view text : texts) {
    out.text(text);
  }
}

}  // namespace

void decode(Reader& in, RequestHeader& out) {
  decode_struct(in, Field{"Command", out.command}, Field{"Seq", out.seq});
}

void decode(Reader& in, HandshakeRequest& out) {
  decode_struct(in, Field{"Version", out.version});
}

void decode(Reader& in, AuthRequest& out) {
  decode_struct(in, Field{"AuthKey", out.key});
}

void decode(Reader& in, EventRequest& out) {
  decode_struct(in, Field{"Name", out.name}, Field{"Payload", out.payload}, Field{"Coalesce", out.coalesce});
}

void decode(Reader& in, ForceLeaveRequest& out) {
  decode_struct(in, Field{"Node", out.node}, Field{"Prune", out.prune});
}

void decode(Reader& in, JoinRequest& out) {
  decode_struct(in, Field{"Existing", out.existing}, Field{"Replay", out.replay});
}

void decode(Reader& in, MembersFilteredRequest& out) {
  decode_struct(in, Field{"Tags", out.tags}, Field{"Status", out.status}, Field{"Name", out.name});
}

void decode(Reader& in, StreamRequest& out) {
  decode_struct(in, Field{"Type", out.type});
}

void decode(Reader& in, MonitorRequest& out) {
  decode_struct(in, Field{"LogLevel", out.log_level});
}

void decode(Reader& in, StopRequest& out) {
  decode_struct(in, Field{"Stop", out.stop});
}

void decode(Reader& in, TagsRequest& out) {
  decode_struct(in, Field{"Tags", out.set}, Field{"DeleteTags", out.remove});
}

void decode(Reader& in, QueryRequest& out) {
  decode_struct(in, Field{"FilterNodes", out.filter_nodes}, Field{"FilterTags", out.filter_tags},
                Field{"RequestAck", out.request_ack}, Field{"RelayFactor", out.relay_factor},
                Field{"Timeout", out.timeout_ns}, Field{"Name", out.name}, Field{"Payload", out.payload});
}

void decode(Reader& in, RespondRequest& out) {
  decode_struct(in, Field{"ID", out.id}, Field{"Payload", out.payload});
}

void decode(Reader& in, CoordinateRequest& out) {
  decode_struct(in, Field{"Node", out.node});
}

void decode(Reader& in, ResponseHeader& out) {
  decode_struct(in, Field{"Seq", out.seq}, Field{"Error", out.error});
}

void decode(Reader& in, JoinResponse& out) {
  decode_struct(in, Field{"Num", out.contacted});
}

void decode(Reader& in, QueryRecord& out) {
  decode_struct(in, Field{"Type", out.type}, Field{"From", out.from}, Field{"Payload", out.payload});
}

void decode(Reader& in, CoordinateResponse& out) {
  decode_struct(in, Field{"Coord", out.at}, Field{"Ok", out.known});
}

void decode(Reader& in, KeyRequest& out) {
  decode_struct(in, Field{"Key", out.key});
}

void decode(Reader& in, KeyResponse& out) {
  decode_struct(in, Field{"Messages", out.messages}, Field{"Keys", out.keys}, Field{"NumNodes", out.nodes},
                Field{"NumErr", out.failures}, Field{"NumResp", out.answers});
}

void decode(Reader& in, MemberRow& out) {
  out.tags.clear();
  decode_struct(in, Field{"Name", out.name}, Field{"Addr", out.addr}, Field{"Port", out.port},
                Field{"Tags", out.tags}, Field{"Status", out.status}, Field{"ProtocolMin", out.protocol_min},
                Field{"ProtocolMax", out.protocol_max}, Field{"ProtocolCur", out.protocol_cur},
                Field{"DelegateMin", out.delegate_min}, Field{"DelegateMax", out.delegate_max},
                Field{"DelegateCur", out.delegate_cur});
}

void encode(Writer out, std::string_view command, std::uint64_t seq) {
  out.map(2).text("Command").text(command).text("Seq").unsigned_integer(seq);
}

void encode(Writer out, const HandshakeRequest& message) {
  out.map(1).text("Version").integer(message.version);
}

void encode(Writer out, const AuthRequest& message) {
  out.map(1).text("AuthKey").text(message.key);
}

void encode(Writer out, const EventRequest& message) {
  out.map(3).text("Coalesce").boolean(message.coalesce).text("Name").text(message.name);
  out.text("Payload").binary(message.payload);
}

void encode(Writer out, const ForceLeaveRequest& message) {
  out.map(2).text("Node").text(message.node).text("Prune").boolean(message.prune);
}

void encode(Writer out, const JoinRequest& message) {
  out.map(2).text("Existing");
  write(out, message.existing);
  out.text("Replay").boolean(message.replay);
}

void encode(Writer out, const MembersFilteredRequest& message) {
  out.map(3).text("Name").text(message.name).text("Status").text(message.status).text("Tags");
  write(out, message.tags);
}

void encode(Writer out, const StreamRequest& message) {
  out.map(1).text("Type").text(message.type);
}

void encode(Writer out, const MonitorRequest& message) {
  out.map(1).text("LogLevel").text(message.log_level);
}

void encode(Writer out, const StopRequest& message) {
  out.map(1).text("Stop").unsigned_integer(message.stop);
}

void encode(Writer out, const TagsRequest& message) {
  out.map(2).text("DeleteTags");
  write(out, message.remove);
  out.text("Tags");
  write(out, message.set);
}

void encode(Writer out, const QueryRequest& message) {
  out.map(7).text("FilterNodes");
  write(out, message.filter_nodes);
  out.text("FilterTags");
  write(out, message.filter_tags);
  out.text("Name").text(message.name).text("Payload").binary_or_nil(message.payload);
  out.text("RelayFactor").unsigned_integer(message.relay_factor);
  out.text("RequestAck").boolean(message.request_ack).text("Timeout").integer(message.timeout_ns);
}

void encode(Writer out, const RespondRequest& message) {
  out.map(2).text("ID").unsigned_integer(message.id).text("Payload").binary(message.payload);
}

void encode(Writer out, const CoordinateRequest& message) {
  out.map(1).text("Node").text(message.node);
}

void encode(Writer out, const KeyRequest& message) {
  out.map(1).text("Key").text(message.key);
}

void encode(Writer out, const ResponseHeader& message) {
  out.map(2).text("Error").text(message.error).text("Seq").unsigned_integer(message.seq);
}

void encode(Writer out, const JoinResponse& message) {
  out.map(1).text("Num").integer(message.contacted);
}

void encode(Writer out, const QueryRecord& message) {
  out.map(3).text("From").text(message.from).text("Payload").binary_or_nil(message.payload);
  out.text("Type").text(message.type);
}

void encode(Writer out, const CoordinateResponse& message) {
  const swim::Coordinate at = message.known ? message.at : swim::Coordinate{.error = 0, .height = 0};
  out.map(2).text("Coord").map(4).text("Adjustment").real(at.adjustment).text("Error").real(at.error);
  out.text("Height").real(at.height).text("Vec");
  if (message.known) {
    out.array(swim::coordinate_dimensions);
    for (const double component : at.vec) {
      out.real(component);
    }
  } else {
    out.nil();
  }
  out.text("Ok").boolean(message.known);
}

void encode(Writer out, const KeyResponse& message) {
  out.map(5).text("Keys");
  if (message.keys) {
    out.map(static_cast<std::uint32_t>(message.keys->size()));
    for (const auto& [key, nodes] : *message.keys) {
      out.text(key).integer(nodes);
    }
  } else {
    out.nil();
  }
  out.text("Messages");
  write(out, message.messages);
  out.text("NumErr").integer(message.failures).text("NumNodes").integer(message.nodes);
  out.text("NumResp").integer(message.answers);
}

}  // namespace hearsay::agent::rpc
