#include "fuzz/victim.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "fuzz/keys.h"
#include "swim/wire/codec.h"

namespace hearsay::fuzz {

using namespace swim;

namespace {

Config config(bool sealed) {
  Config out;
  out.name = "a";
  out.advertise = {IpAddress::v4(10, 0, 0, 1), 7946};
  out.tags = {{"role", "x"}};
  // Limits that an input of some hundred bytes can reach.
  out.limits.members = 8;
  out.limits.queue_depth = 8;
  out.limits.member_queue_depth = 8;
  out.limits.recent_intents = 4;
  out.limits.open_queries = 4;
  out.limits.indirect_probes = 4;
  if (sealed) {
    out.keys.push_back(counting_key(32));
  }
  return out;
}

template <class Message>
void must_decode(Bytes body) {
  HEARSAY_INVARIANT(wire::decode<Message>(body).has_value());
}

/// An array of versions of any other length ends a Serf agent.
void check_alive(Bytes body) {
  const auto message = wire::decode<wire::Alive>(body);
  HEARSAY_INVARIANT(message && Versions::from_wire(message->vsn));
  HEARSAY_INVARIANT(IpAddress::from_wire(message->addr).has_value());
}

void check_serf_message(Bytes body) {
  HEARSAY_INVARIANT(!body.empty());
  const Bytes inner = body.subspan(1);
  switch (static_cast<wire::SerfType>(body.front())) {
    case wire::SerfType::leave:
      return must_decode<wire::LeaveIntent>(inner);
    case wire::SerfType::join:
      return must_decode<wire::JoinIntent>(inner);
    case wire::SerfType::user_event:
      return must_decode<wire::UserEvent>(inner);
    case wire::SerfType::query: {
      const auto query = wire::decode<wire::Query>(inner);
      HEARSAY_INVARIANT(query.has_value());
      // A Serf agent that looks at an empty filter dies.
      HEARSAY_INVARIANT(std::ranges::none_of(query->filters, [](Bytes filter) { return filter.empty(); }));
      return;
    }
    case wire::SerfType::query_response:
      return must_decode<wire::QueryResponse>(inner);
    case wire::SerfType::relay:
      HEARSAY_INVARIANT(wire::decode_prefix<wire::RelayHeader>(inner).has_value());
      return;
    default:
      invariant_broken("a Serf message that does not travel by UDP", __FILE__, __LINE__);
  }
}

/// Whatever a node sends, no peer has to refuse.
struct MustBeValid final : wire::PacketHandler {
  void on_message(wire::MessageType type, Bytes body) override {
    switch (type) {
      case wire::MessageType::ping:
        return must_decode<wire::Ping>(body);
      case wire::MessageType::indirect_ping:
        return must_decode<wire::IndirectPing>(body);
      case wire::MessageType::ack:
        return must_decode<wire::Ack>(body);
      case wire::MessageType::nack:
        return must_decode<wire::Nack>(body);
      case wire::MessageType::suspect:
        return must_decode<wire::Suspect>(body);
      case wire::MessageType::alive:
        return check_alive(body);
      case wire::MessageType::dead:
        return must_decode<wire::Dead>(body);
      default:
        return check_serf_message(body);
    }
  }
  void on_packet_error(wire::PacketError) override {
    invariant_broken("a packet that does not open", __FILE__, __LINE__);
  }
};

}  // namespace

Victim::Victim(bool sealed) : ring_(counting_ring(sealed ? 32 : 0)), node_(config(sealed), 1, Instant{}) {
  node_.start(now_, out_);
  check();
  for (const char* name : {"b", "c"}) {
    const Versions versions;
    const Endpoint at = name[0] == 'b' ? member() : Endpoint{IpAddress::v4(10, 0, 0, 3), 7946};
    Buffer alive;
    wire::encode(wire::Alive{.incarnation = 1,
                             .node = name,
                             .addr = at.ip.wire(),
                             .port = at.port,
                             .meta = {},
                             .vsn = versions.wire()},
                 alive);
    receive(at, alive);
  }
}

Buffer Victim::sealed(Bytes plain) const {
  if (ring_.empty()) {
    return {plain.begin(), plain.end()};
  }
  wire::NonceSource nonces({});
  Buffer out;
  ring_.seal(plain, {}, nonces, out);
  return out;
}

void Victim::receive(const Endpoint& from, Bytes datagram) {
  node_.receive(now_, from, sealed(datagram), out_);
  check();
}

void Victim::accept(const Endpoint& from, Bytes stream, std::size_t piece) {
  if (const auto id = node_.stream_accepted(now_, from, out_)) {
    feed(*id, stream, piece);
  }
  check();
}

void Victim::join(Bytes answer, std::size_t piece) {
  const Seed seed{member()};
  node_.join(now_, 1, {&seed, 1}, true, out_);
  const auto opened = std::ranges::find_if(
      out_.streams, [](const StreamAction& action) { return std::holds_alternative<StreamOpen>(action); });
  HEARSAY_INVARIANT(opened != out_.streams.end());
  const StreamId id = std::get<StreamOpen>(*opened).stream;
  node_.stream_connected(now_, id, out_);
  feed(id, answer, piece);
  check();
}

bool Victim::wants_closed(StreamId stream) const {
  return std::ranges::any_of(out_.streams, [&](const StreamAction& action) {
    const auto* close = std::get_if<StreamClose>(&action);
    return close != nullptr && close->stream == stream;
  });
}

void Victim::feed(StreamId stream, Bytes bytes, std::size_t piece) {
  while (!bytes.empty() && !wants_closed(stream)) {
    const Bytes next = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(next.size());
    node_.stream_received(now_, stream, next, out_);
  }
  if (!wants_closed(stream)) {
    node_.stream_closed(now_, stream, StreamEnd::gone, "connection reset", out_);
  }
}

void Victim::pass_time(int deadlines) {
  for (; deadlines > 0 && node_.next_deadline() != never; --deadlines) {
    now_ = std::max(now_, node_.next_deadline());
    node_.tick(now_, out_);
    check();
  }
}

void Victim::check_datagram(Bytes bytes) const {
  // Nothing stands behind its end, as on a socket.
  const Buffer copy(bytes.begin(), bytes.end());
  MustBeValid handler;
  opener_.open(copy, {.keyring = &ring_, .label = {}}, handler);
}

void Victim::check() {
  node_.check_invariants();
  HEARSAY_INVARIANT(node_.members().find("a") != no_member);
  for (const Datagram& datagram : out_.datagrams) {
    check_datagram(out_.bytes(datagram));
  }
  out_.clear();
}

}  // namespace hearsay::fuzz
