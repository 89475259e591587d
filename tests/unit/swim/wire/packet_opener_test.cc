#include <doctest/doctest.h>
#include <sodium.h>

#include "packet_record.h"
#include "swim/wire/codec.h"
#include "swim/wire/lzw.h"
#include "swim/wire/packet.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::Bytes;
using namespace swim::wire;

Buffer compress(Bytes message) {
  Buffer lzw;
  lzw_compress(message, lzw);
  Buffer out;
  encode(Compress{.algo = 0, .buf = lzw}, out);
  return out;
}

Buffer compound(const std::vector<Buffer>& parts) {
  Buffer out{std::byte{7}, static_cast<std::byte>(parts.size())};
  for (const Buffer& part : parts) {
    out.push_back(static_cast<std::byte>(part.size() >> 8));
    out.push_back(static_cast<std::byte>(part.size()));
  }
  for (const Buffer& part : parts) {
    swim::append(out, part);
  }
  return out;
}

}  // namespace

TEST_CASE("of all 256 types, eight messages may come by UDP and two that wrap them") {
  for (unsigned type = 0; type < 256; ++type) {
    CAPTURE(type);
    const Buffer packet{static_cast<std::byte>(type), std::byte{0x80}};
    const Seen seen = opened(packet);
    const bool message = type <= 5 || type == 8 || type == 11;
    const bool wraps = type == 7 || type == 9 || type == 12 || type == 244;
    REQUIRE(seen.size() == 1);
    CHECK((seen[0] == std::to_string(type) + ":80") == message);
    CHECK((seen[0] == "!unknown_type") == (!message && !wraps));
  }
}

TEST_CASE("a type byte alone is a message with an empty body") {
  CHECK(opened(bytes("00")) == Seen{"0:"});
}

TEST_CASE("parts come in order, and the errors of one part do not touch the others") {
  const Buffer packet = compound(
      {bytes("0b01"), bytes("63"), compound({bytes("0b02"), bytes("0b03")}), bytes("07"), bytes("0b04")});
  CHECK(opened(packet) == Seen{"11:01", "!unknown_type", "11:02", "11:03", "!bad_compound", "11:04"});
}

TEST_CASE("a compound of 255 parts is read whole") {
  const Seen seen = opened(compound(std::vector<Buffer>(255, bytes("0b01"))));
  CHECK(seen == Seen(255, "11:01"));
}

TEST_CASE("bytes after the last part of a compound are ignored") {
  Buffer packet = compound({bytes("0b01")});
  packet.push_back(std::byte{0xff});
  CHECK(opened(packet) == Seen{"11:01"});
}

TEST_CASE("a compound of no parts gives nothing and is no error") {
  CHECK(opened(bytes("0700")).empty());
}

TEST_CASE("four layers of compound and compress pass, five are too deep") {
  Buffer packet = bytes("0b01");
  for (int depth = 1; depth <= packet_depth_max; ++depth) {
    packet = depth % 2 == 0 ? compress(packet) : compound({packet});
    CHECK(opened(packet) == Seen{"11:01"});
  }
  CHECK(opened(compound({packet})) == Seen{"!too_deep"});
  CHECK(opened(compress(packet)) == Seen{"!too_deep"});
}

TEST_CASE("the expansion limit is for a datagram, and the next one has it whole again") {
  const Buffer half = compress(Buffer(datagram_expanded_max / 2, std::byte{8}));
  const Buffer over = compress(Buffer(datagram_expanded_max / 2 + 1, std::byte{8}));
  PacketOpener opener;
  for (int round = 0; round < 2; ++round) {
    PacketRecord record;
    opener.open(compound({half, half}), {}, record);
    CHECK(record.seen.size() == 2);
    CHECK(record.seen[1].starts_with("8:08"));
  }
  CHECK(opened(compound({half, over, bytes("0b01")}))[1] == "!bad_compress");
  CHECK(opened(compound({half, over, bytes("0b01")}))[2] == "11:01");
}

TEST_CASE("expansions inside each other draw on the same limit") {
  const Buffer inner = compress(Buffer(40'000, std::byte{0x0b}));
  CHECK(opened(compress(inner)).size() == 1);
  const Buffer nested = compress(compound({inner, inner}));
  CHECK(opened(nested)[1] == "!bad_compress");
}

TEST_CASE("a keyring opens only what is sealed, an empty one only what is not") {
  REQUIRE(sodium_init() >= 0);
  Keyring ring;
  CHECK(opened(bytes("0b01"), {.keyring = &ring}) == Seen{"11:01"});
  REQUIRE(ring.install(Buffer(32)));
  CHECK(opened(bytes("0b01"), {.keyring = &ring}) == Seen{"!not_sealed"});
  NonceSource nonces({});
  Buffer sealed;
  ring.seal(bytes("0b01"), {}, nonces, sealed);
  CHECK(opened(sealed, {.keyring = &ring}) == Seen{"11:01"});
}

TEST_CASE("an opener keeps no memory of the datagram before") {
  PacketOpener opener;
  PacketRecord record;
  opener.open(compress(compound({bytes("0b01"), bytes("0b02")})), {}, record);
  opener.open(bytes("09"), {}, record);
  opener.open(bytes("0b03"), {}, record);
  CHECK(record.seen == Seen{"11:01", "11:02", "!bad_compress", "11:03"});
}

}  // namespace hearsay::tests
