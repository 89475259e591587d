// Compounds: the input as the body of one, and its pieces as messages that we pack and open again.
#include <array>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/keys.h"
#include "fuzz/target.h"
#include "swim/wire/packet.h"

namespace hearsay::fuzz {
namespace {

using namespace swim;

struct Collector final : wire::PacketHandler {
  std::vector<Buffer> messages;
  std::size_t errors = 0;

  void on_message(wire::MessageType type, Bytes body) override {
    Buffer message{static_cast<std::byte>(type)};
    append(message, body);
    messages.push_back(std::move(message));
  }
  void on_packet_error(wire::PacketError) override { ++errors; }
};

void open_as_body(Bytes body) {
  Buffer packet{static_cast<std::byte>(wire::MessageType::compound)};
  append(packet, body);
  Collector opened;
  wire::PacketOpener().open(packet, {}, opened);
}

/// Messages that are no layers: of those the opener would take apart what is in them.
std::vector<Buffer> messages_of(Input& in) {
  static constexpr std::array types{wire::MessageType::ping,          wire::MessageType::ack,
                                    wire::MessageType::suspect,       wire::MessageType::alive,
                                    wire::MessageType::indirect_ping, wire::MessageType::user};
  std::vector<Buffer> messages;
  while (!in.empty() && messages.size() < wire::compound_parts_max) {
    Buffer message{static_cast<std::byte>(types.at(in.below(types.size())))};
    append(message, in.take(in.byte()));
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace

void run(Bytes bytes) {
  open_as_body(bytes);
  Input in(bytes);
  const unsigned how = in.byte();
  const wire::Keyring ring = counting_ring((how & 4U) != 0 ? 32 : 0);
  const wire::Layers layers{&ring, (how & 8U) != 0 ? as_bytes(test_label) : Bytes{}};
  const std::vector<Buffer> messages = messages_of(in);
  if (messages.empty()) {
    return;
  }
  wire::PacketParts parts;
  for (const Buffer& message : messages) {
    parts.add(message);
  }
  wire::NonceSource nonces({});
  Buffer packet;
  wire::PacketSealer().seal(
      parts, {.layers = layers, .compress = (how & 1U) != 0, .crc = (how & 2U) != 0 && ring.empty()}, nonces,
      packet);
  Collector opened;
  wire::PacketOpener().open(packet, layers, opened);
  HEARSAY_INVARIANT(opened.errors == 0);
  HEARSAY_INVARIANT(opened.messages == messages);
}

}  // namespace hearsay::fuzz
