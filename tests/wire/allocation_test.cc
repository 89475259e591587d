// Datagrams are opened, decoded, encoded and sealed without allocating, once the scratch buffers have
// grown.
#include <doctest/doctest.h>
#include <sodium.h>

#include "swim/gossip/coordinate.h"
#include "swim/gossip/tags.h"
#include "swim/wire/codec.h"
#include "swim/wire/packet.h"
#include "wire/allocations.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::Bytes;
using namespace swim::wire;

/// Decodes what it is handed, as a node would.
class Decoding final : public PacketHandler {
 public:
  void on_message(MessageType type, Bytes body) override {
    if (type == MessageType::alive) {
      const auto alive = decode<Alive>(body);
      tags_found += alive && swim::find_tag(alive->meta, "role") == "web" ? 1U : 0U;
    } else if (type == MessageType::ack) {
      const auto ack = decode<Ack>(body);
      coordinates += ack && swim::decode_coordinate(ack->payload) ? 1U : 0U;
    }
  }
  void on_packet_error(PacketError) override { ++errors; }

  std::size_t tags_found = 0;
  std::size_t coordinates = 0;
  std::size_t errors = 0;
};

struct Exchange {
  Layers layers;
  Buffer meta;
  Buffer payload;
  NonceSource nonces{{}};
  PacketParts parts;
  PacketSealer sealer;
  PacketOpener opener;
  Buffer datagram;
  Decoding handler;

  void run() {
    payload.clear();
    encode_coordinate(swim::Coordinate(), payload);
    parts.clear();
    encode(Ack{.seq_no = 1, .payload = payload}, parts.open_part());
    parts.close_part();
    for (std::uint32_t i = 0; i < 8; ++i) {
      encode(Alive{.incarnation = i, .node = "some-node", .meta = meta}, parts.open_part());
      parts.close_part();
    }
    datagram.clear();
    sealer.seal(parts, {.layers = layers, .compress = true, .crc = true}, nonces, datagram);
    opener.open(datagram, layers, handler);
  }
};

}  // namespace

TEST_CASE("a datagram goes out and comes in without an allocation, under keys of every length") {
  REQUIRE(sodium_init() >= 0);
  for (const std::size_t key_size : {16U, 24U, 32U}) {
    Keyring ring;
    REQUIRE(ring.install(Buffer(key_size)));
    Exchange exchange;
    exchange.layers = {.keyring = &ring, .label = swim::as_bytes("blue")};
    swim::encode_tags({{"role", "web"}, {"dc", "eu"}}, 5, exchange.meta);
    exchange.run();  // the scratch buffers grow
    const std::size_t before = allocations();
    for (int round = 0; round < 100; ++round) {
      exchange.run();
    }
    const std::size_t after = allocations();
    CHECK(after == before);
    CHECK(exchange.handler.tags_found == 808);
    CHECK(exchange.handler.coordinates == 101);
    CHECK(exchange.handler.errors == 0);
  }
  CHECK(allocations() > 0);
}

}  // namespace hearsay::tests
