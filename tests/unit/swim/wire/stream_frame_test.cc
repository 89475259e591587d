#include "swim/wire/stream_frame.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include "hex.h"
#include "swim/wire/stream.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::Bytes;
using namespace swim::wire;
using Side = StreamReader::Side;

Keyring ring() {
  REQUIRE(sodium_init() >= 0);
  Keyring out;
  REQUIRE(out.install(Buffer(16, std::byte{1})));
  return out;
}

Buffer framed(Bytes message, const StreamOptions& options) {
  NonceSource nonces({});
  Buffer out;
  REQUIRE(frame_stream(message, options, nonces, out));
  return out;
}

}  // namespace

TEST_CASE("a frame head is 0a and the sealed size in big endian") {
  CHECK(hex(make_frame_head(0x01020304)) == "0a01020304");
  CHECK(sealed_size_of(make_frame_head(stream_message_max)) == stream_message_max);
}

TEST_CASE("without layers a message goes as it is, and only the dialling side writes the label") {
  const Buffer message = bytes("0081a55365714e6f01");
  CHECK(framed(message, {}) == message);
  const Layers labelled{.label = swim::as_bytes("blue")};
  CHECK(hex(framed(message, {.layers = labelled, .side = Side::dialled})) == "f404626c7565" + hex(message));
  CHECK(framed(message, {.layers = labelled, .side = Side::accepted}) == message);
}

TEST_CASE("compression on a stream is used even where it makes the message longer") {
  const Buffer message = bytes("0281a55365714e6f01");
  const Buffer out = framed(message, {.compress = true});
  CHECK(out[0] == std::byte{9});
  CHECK(out.size() > message.size());
}

TEST_CASE("the frame counts version, nonce, ciphertext and tag") {
  const Keyring keys = ring();
  const Buffer message = bytes("0281a55365714e6f01");
  const Buffer out = framed(message, {.layers = {.keyring = &keys}});
  CHECK(out.size() == frame_head_size + seal_overhead + message.size());
  CHECK(sealed_size_of(out) == seal_overhead + message.size());
}

TEST_CASE("a message over 20 MiB is not sent, its seal counted") {
  const Keyring keys = ring();
  NonceSource nonces({});
  Buffer out;
  const Buffer largest(stream_message_max, std::byte{8});
  CHECK(frame_stream(largest, {}, nonces, out));
  CHECK(frame_stream(largest, {.layers = {.keyring = &keys}}, nonces, out).error() == StreamError::too_large);
  const Buffer larger(stream_message_max + 1, std::byte{8});
  out.clear();
  CHECK(frame_stream(larger, {}, nonces, out).error() == StreamError::too_large);
  CHECK(out.empty());
}

}  // namespace hearsay::tests
