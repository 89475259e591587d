// Opening datagrams: a byte that says with which key and label, and whether we seal the rest first; then the
// datagram. What cannot be forged without the key is reached only through our own seal.
#include <array>

#include "fuzz/input.h"
#include "fuzz/keys.h"
#include "fuzz/target.h"
#include "swim/wire/packet.h"

namespace hearsay::fuzz {
namespace {

using namespace swim;

struct Sizes final : wire::PacketHandler {
  std::size_t messages = 0;
  std::size_t bytes = 0;
  std::size_t errors = 0;

  void on_message(wire::MessageType, Bytes body) override {
    ++messages;
    bytes += body.size();
  }
  void on_packet_error(wire::PacketError error) override {
    ++errors;
    HEARSAY_INVARIANT(wire::describe(error) != nullptr);
  }
};

Buffer sealed(Bytes plain, const wire::Layers& layers) {
  wire::NonceSource nonces({});
  Buffer out;
  if (!layers.label.empty()) {
    out.push_back(static_cast<std::byte>(wire::MessageType::has_label));
    out.push_back(static_cast<std::byte>(layers.label.size()));
    append(out, layers.label);
  }
  layers.keyring->seal(plain, layers.label, nonces, out);
  return out;
}

}  // namespace

void run(Bytes bytes) {
  static constexpr std::array<std::size_t, 4> key_sizes{0, 16, 24, 32};
  Input in(bytes);
  const unsigned how = in.byte();
  const wire::Keyring ring = counting_ring(key_sizes.at(how % 4));
  const wire::Layers layers{&ring, (how & 4U) != 0 ? as_bytes(test_label) : Bytes{}};
  Bytes datagram = in.rest();
  Buffer ours;
  if ((how & 8U) != 0 && !ring.empty()) {
    ours = sealed(datagram, layers);
    datagram = ours;
  }
  Sizes seen;
  wire::PacketOpener opener;
  opener.open(datagram, layers, seen);
  HEARSAY_INVARIANT(seen.bytes <= datagram.size() + wire::datagram_expanded_max);
  // What the opener keeps for the next datagram must not show in it.
  Sizes again;
  opener.open(datagram, layers, again);
  HEARSAY_INVARIANT(again.messages == seen.messages && again.bytes == seen.bytes &&
                    again.errors == seen.errors);
}

}  // namespace hearsay::fuzz
