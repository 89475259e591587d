#include "wire/encode_again.h"

#include <algorithm>

#include "swim/wire/codec.h"

namespace hearsay::tests {
namespace {

namespace wire = swim::wire;
using swim::Buffer;
using swim::Bytes;

template <class T>
void recode(Bytes body, Buffer& out) {
  wire::encode(wire::decode<T>(body).value(), out);
}

void serf_again(Bytes bytes, Buffer& out) {
  const Bytes body = bytes.subspan(1);
  switch (static_cast<wire::SerfType>(bytes[0])) {
    case wire::SerfType::leave:
      return recode<wire::LeaveIntent>(body, out);
    case wire::SerfType::join:
      return recode<wire::JoinIntent>(body, out);
    case wire::SerfType::user_event:
      return recode<wire::UserEvent>(body, out);
    case wire::SerfType::query:
      return recode<wire::Query>(body, out);
    case wire::SerfType::query_response:
      return recode<wire::QueryResponse>(body, out);
    default: {
      const auto header = wire::decode_prefix<wire::RelayHeader>(body).value();
      wire::encode(header.value, out);
      serf_again(body.subspan(header.size), out);
    }
  }
}

void user_state_again(Bytes bytes, std::size_t slots, Buffer& out) {
  const auto state = wire::decode<wire::PushPullState>(bytes.subspan(1)).value();
  wire::PushPullStateWriter writer(out);
  writer.begin(state.event_ltime, slots);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    std::vector<wire::PushPullState::Event> events;
    std::ranges::copy_if(state.events, std::back_inserter(events),
                         [&](const auto& event) { return event.ltime % slots == slot; });
    writer.event_slot(events);
  }
  writer.left_members(state.ltime, state.left_members.size());
  for (const auto name : state.left_members) {
    writer.left_member(name);
  }
  writer.status_ltimes(state.query_ltime, state.status_ltimes.size());
  for (const auto& status : state.status_ltimes) {
    writer.status_ltime(status.name, status.ltime);
  }
}

void again(const wire::PushPull& message, std::size_t event_slots, Buffer& out) {
  Buffer user_state;
  user_state_again(message.user_state, event_slots, user_state);
  wire::encode(wire::PushPullHeader{.nodes = static_cast<std::int64_t>(message.nodes.size()),
                                    .user_state_len = static_cast<std::int64_t>(user_state.size()),
                                    .join = message.join},
               out);
  for (const wire::PushNodeState& node : message.nodes) {
    wire::encode(node, out);
  }
  swim::append(out, user_state);
}

void again(const wire::StreamUserMessage& message, std::size_t, Buffer& out) {
  Buffer payload;
  serf_again(message.payload, payload);
  wire::encode(wire::UserMessageHeader{.user_msg_len = static_cast<std::int64_t>(payload.size())}, out);
  swim::append(out, payload);
}

template <class T>
void again(const T& message, std::size_t, Buffer& out) {
  wire::encode(message, out);
}

}  // namespace

void encode_again(wire::MessageType type, Bytes body, Buffer& out) {
  switch (type) {
    case wire::MessageType::ping:
      return recode<wire::Ping>(body, out);
    case wire::MessageType::indirect_ping:
      return recode<wire::IndirectPing>(body, out);
    case wire::MessageType::ack:
      return recode<wire::Ack>(body, out);
    case wire::MessageType::nack:
      return recode<wire::Nack>(body, out);
    case wire::MessageType::suspect:
      return recode<wire::Suspect>(body, out);
    case wire::MessageType::alive:
      return recode<wire::Alive>(body, out);
    case wire::MessageType::dead:
      return recode<wire::Dead>(body, out);
    default:
      out.push_back(static_cast<std::byte>(type));
      serf_again(body, out);
  }
}

void encode_again(const wire::StreamMessage& message, std::size_t event_slots, Buffer& out) {
  std::visit([&](const auto& m) { again(m, event_slots, out); }, message);
}

}  // namespace hearsay::tests
