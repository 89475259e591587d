#include "swim/dispatch.h"

#include <string>

#include "swim/gossip/asking.h"
#include "swim/gossip/intents.h"
#include "swim/gossip/queries.h"
#include "swim/gossip/user_events.h"
#include "swim/members/claims.h"
#include "swim/members/prober.h"
#include "swim/wire/codec.h"

namespace hearsay::swim {

namespace {

using wire::MessageType;
using wire::SerfType;

void reject(Step& step, const char* why, const char* what) {
  ++step.core.counters.messages_rejected;
  notice(step, Notice::Level::debug, std::string("memberlist: Dropped a message: ") + what + ": " + why);
}

/// Decodes a T and calls `handle(const T&)`, or rejects the message.
template <class T, class Handle>
void decoded(Step& step, Bytes body, const char* what, Handle&& handle) {
  const auto message = wire::decode<T>(body);
  if (message) {
    handle(*message);
  } else {
    reject(step, wire::describe(message.error()), what);
  }
}

void on_relay_message(Step& step, Bytes body) {
  const auto header = wire::decode_prefix<wire::RelayHeader>(body);
  if (!header) {
    return reject(step, wire::describe(header.error()), "relay");
  }
  on_relay(step, header->value, body.subspan(header->size));
}

class DatagramDispatcher final : public wire::PacketHandler {
 public:
  DatagramDispatcher(Step& step, const Endpoint& from) : step_(step), from_(from) {}

  void on_message(MessageType type, Bytes body) override {
    step_.core.heard = step_.now;
    switch (type) {
      case MessageType::ping:
        return decoded<wire::Ping>(step_, body, "ping", [&](auto& m) { on_ping(step_, from_, m); });
      case MessageType::indirect_ping:
        return decoded<wire::IndirectPing>(step_, body, "indirect ping",
                                           [&](auto& m) { on_indirect_ping(step_, from_, m); });
      case MessageType::ack:
        return decoded<wire::Ack>(step_, body, "ack", [&](auto& m) { on_ack(step_, m); });
      case MessageType::nack:
        return decoded<wire::Nack>(step_, body, "nack", [&](auto& m) { on_nack(step_, from_, m); });
      case MessageType::suspect:
        return decoded<wire::Suspect>(step_, body, "suspect", [&](auto& m) { on_suspect(step_, m); });
      case MessageType::alive:
        return decoded<wire::Alive>(step_, body, "alive", [&](auto& m) { on_alive(step_, m); });
      case MessageType::dead:
        return decoded<wire::Dead>(step_, body, "dead", [&](auto& m) { on_dead(step_, m); });
      case MessageType::user:
        return on_user_message(step_, from_, body);
      default:
        return reject(step_, "not a type that comes by UDP", "datagram");
    }
  }

  void on_packet_error(wire::PacketError error) override {
    ++step_.core.counters.packets_rejected;
    notice(step_, Notice::Level::debug,
           std::string("memberlist: Dropped a packet: ") + wire::describe(error));
  }

 private:
  Step& step_;
  const Endpoint& from_;
};

}  // namespace

void dispatch_datagram(Step& step, const Endpoint& from, Bytes datagram) {
  ++step.core.counters.datagrams_received;
  step.core.counters.bytes_received += datagram.size();
  if (!step.core.refusals.entries.empty()) {
    heard_from(step, from);
  }
  step.core.strangers.heard(from.ip, datagram.size());
  DatagramDispatcher dispatcher(step, from);
  step.core.opener.open(datagram, step.core.layers(), dispatcher);
}

void on_user_message(Step& step, const Endpoint& from, Bytes payload) {
  if (payload.empty() || payload.size() > step.core.config.limits.user_message_bytes) {
    return reject(step, payload.empty() ? "empty" : "too long", "user message");
  }
  measure_value(step, Measured::What::message_received, static_cast<double>(payload.size()));
  const Bytes body = payload.subspan(1);
  switch (static_cast<SerfType>(payload.front())) {
    case SerfType::leave:
      return decoded<wire::LeaveIntent>(step, body, "leave intent",
                                        [&](auto& m) { on_leave_intent(step, m, payload); });
    case SerfType::join:
      return decoded<wire::JoinIntent>(step, body, "join intent",
                                       [&](auto& m) { on_join_intent(step, m, payload); });
    case SerfType::user_event:
      return decoded<wire::UserEvent>(step, body, "user event",
                                      [&](auto& m) { on_user_event(step, m, payload); });
    case SerfType::query:
      return decoded<wire::Query>(step, body, "query", [&](auto& m) { on_query(step, m, payload); });
    case SerfType::query_response:
      return decoded<wire::QueryResponse>(step, body, "query response",
                                          [&](auto& m) { on_query_response(step, from, m); });
    case SerfType::relay:
      return on_relay_message(step, body);
    default:
      return reject(step, "unknown or misplaced type", "Serf message");
  }
}

}  // namespace hearsay::swim
