#include <doctest/doctest.h>
#include <sodium.h>

#include "packet_record.h"
#include "swim/wire/packet.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::Bytes;
using namespace swim::wire;

PacketParts parts_of(const std::vector<Buffer>& messages) {
  PacketParts parts;
  for (const Buffer& message : messages) {
    parts.add(message);
  }
  return parts;
}

Buffer sealed(const PacketParts& parts, const SealOptions& options) {
  NonceSource nonces({});
  Buffer out;
  PacketSealer sealer;
  sealer.seal(parts, options, nonces, out);
  return out;
}

/// Compresses well.
Buffer long_message() {
  Buffer message(300, std::byte{'a'});
  message[0] = std::byte{8};
  return message;
}

Keyring ring() {
  REQUIRE(sodium_init() >= 0);
  Keyring out;
  REQUIRE(out.install(Buffer(16, std::byte{1})));
  return out;
}

}  // namespace

TEST_CASE("one part goes bare, several as a compound, and packed_size tells before") {
  PacketParts parts = parts_of({bytes("0b01")});
  CHECK(hex(sealed(parts, {})) == "0b01");
  CHECK(parts.packed_size() == 2);
  parts.add(bytes("0b0203"));
  CHECK(hex(sealed(parts, {})) == "0702000200030b010b0203");
  CHECK(parts.packed_size() == sealed(parts, {}).size());
}

TEST_CASE("a part written in place is as good as one that is added") {
  PacketParts parts;
  swim::append(parts.open_part(), bytes("0b"));
  swim::append(parts.open_part(), bytes("01"));
  parts.close_part();
  parts.add(bytes("0b02"));
  CHECK(parts.count() == 2);
  CHECK(opened(sealed(parts, {})) == Seen{"11:01", "11:02"});
  parts.clear();
  CHECK(parts.empty());
  CHECK(parts.packed_size() == 0);
  parts.add(bytes("0b03"));
  CHECK(opened(sealed(parts, {})) == Seen{"11:03"});
}

TEST_CASE("the checksum stands before the message in big endian") {
  CHECK(hex(sealed(parts_of({bytes("0b01")}), {.crc = true})) == "0cd52afba20b01");
}

TEST_CASE("compression is used only when the wrapped message is shorter") {
  const PacketParts small = parts_of({bytes("0b01")});
  CHECK(hex(sealed(small, {.compress = true})) == "0b01");
  const PacketParts large = parts_of({long_message()});
  const Buffer packet = sealed(large, {.compress = true});
  CHECK(packet[0] == std::byte{9});
  CHECK(packet.size() < large.packed_size());
  CHECK(opened(packet) == opened(long_message()));
}

TEST_CASE("a packet is wrapped exactly when that makes it shorter") {
  // A run grows by a byte a step and its LZW by less, so it becomes worth wrapping on the way.
  bool wrapped_once = false;
  for (std::size_t size = 20; size < 80; ++size) {
    Buffer message{std::byte{8}};
    message.resize(size, std::byte{'a'});
    const Buffer packet = sealed(parts_of({message}), {.compress = true});
    CHECK(packet.size() <= size);
    const bool wrapped = packet[0] == std::byte{9};
    CHECK(wrapped == (packet.size() < size));
    wrapped_once = wrapped_once || wrapped;
  }
  CHECK(wrapped_once);
}

TEST_CASE("every choice of layers opens to the messages that went in") {
  const Keyring keys = ring();
  const std::vector<std::vector<Buffer>> packets{{bytes("0b01")},
                                                 {bytes("0b01"), long_message(), bytes("05aa")}};
  for (unsigned choice = 0; choice < 32; ++choice) {
    CAPTURE(choice);
    const Layers layers{.keyring = (choice & 1) != 0 ? &keys : nullptr,
                        .label = (choice & 2) != 0 ? swim::as_bytes("blue") : Bytes()};
    const SealOptions options{.layers = layers, .compress = (choice & 4) != 0, .crc = (choice & 8) != 0};
    const PacketParts parts = parts_of(packets[choice >> 4]);
    const Buffer packet = sealed(parts, options);
    CHECK(opened(packet, layers) == opened(sealed(parts, {})));
    for (std::size_t size = 0; size < packet.size(); ++size) {
      // A bare message cut short is a message with a shorter body: its decoder refuses it.
      const Seen cut =
          opened(Buffer(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)), layers);
      CHECK(cut != opened(packet, layers));
    }
  }
}

TEST_CASE("a seal adds 29 bytes, a label its length and two, a checksum five") {
  const Keyring keys = ring();
  const PacketParts parts = parts_of({bytes("0b01")});
  CHECK(sealed(parts, {.layers = {.keyring = &keys}}).size() == 2 + seal_overhead);
  CHECK(sealed(parts, {.layers = {.label = swim::as_bytes("blue")}}).size() == 2 + 6);
  CHECK(sealed(parts, {.crc = true}).size() == 2 + 5);
  CHECK(sealed(parts, {.layers = {.keyring = &keys, .label = swim::as_bytes("blue")}, .crc = true}).size() ==
        2 + 5 + 6 + seal_overhead);
}

TEST_CASE("the datagram is appended, and a sealer used again remembers nothing") {
  const Keyring keys = ring();
  NonceSource nonces({});
  PacketSealer sealer;
  Buffer out = bytes("ee");
  sealer.seal(parts_of({long_message(), bytes("0b01")}),
              {.layers = {.keyring = &keys}, .compress = true, .crc = true}, nonces, out);
  CHECK(out[0] == std::byte{0xee});
  out.clear();
  sealer.seal(parts_of({bytes("0b02")}), {.crc = true}, nonces, out);
  CHECK(opened(out) == Seen{"11:02"});
}

TEST_CASE("two packets never share a nonce") {
  const Keyring keys = ring();
  NonceSource nonces({});
  PacketSealer sealer;
  Buffer first;
  Buffer second;
  sealer.seal(parts_of({bytes("0b01")}), {.layers = {.keyring = &keys}}, nonces, first);
  sealer.seal(parts_of({bytes("0b01")}), {.layers = {.keyring = &keys}}, nonces, second);
  CHECK(hex(Bytes(first).first(13)) != hex(Bytes(second).first(13)));
}

}  // namespace hearsay::tests
