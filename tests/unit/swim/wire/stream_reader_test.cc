#include <string>

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

Buffer push_pull(std::size_t nodes, std::string_view user_state, bool join = true) {
  Buffer out;
  encode(PushPullHeader{.nodes = static_cast<std::int64_t>(nodes),
                        .user_state_len = static_cast<std::int64_t>(user_state.size()),
                        .join = join},
         out);
  const Buffer address = bytes("7f000001");
  const Buffer versions = bytes("010502020505");
  for (std::size_t i = 0; i < nodes; ++i) {
    const std::string name = "node-" + std::to_string(i);
    encode(PushNodeState{.name = name, .addr = address, .port = 7946, .incarnation = 1, .vsn = versions},
           out);
  }
  swim::append(out, swim::as_bytes(user_state));
  return out;
}

Buffer framed(Bytes message, const StreamOptions& options) {
  NonceSource nonces({});
  Buffer out;
  REQUIRE(frame_stream(message, options, nonces, out));
  return out;
}

Keyring ring() {
  REQUIRE(sodium_init() >= 0);
  Keyring out;
  REQUIRE(out.install(Buffer(32, std::byte{1})));
  return out;
}

void check_push_pull(const StreamReader& reader, std::size_t nodes, std::string_view user_state) {
  const auto* message = std::get_if<PushPull>(&reader.message());
  REQUIRE(message != nullptr);
  CHECK(message->join);
  REQUIRE(message->nodes.size() == nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    CHECK(message->nodes[i].name == "node-" + std::to_string(i));
    CHECK(message->nodes[i].port == 7946);
  }
  CHECK(swim::as_text(message->user_state) == user_state);
}

StreamError error_of(Bytes input, Side side = Side::accepted, const Layers& layers = {}) {
  StreamReader reader(side, layers);
  const auto fed = reader.feed(input);
  REQUIRE_FALSE(fed);
  return fed.error();
}

}  // namespace

TEST_CASE("a push/pull is whole at its last byte, not before, in pieces of any size and any layers") {
  const Keyring keys = ring();
  const Buffer message = push_pull(20, "the state");
  for (unsigned choice = 0; choice < 8; ++choice) {
    const Layers layers{.keyring = (choice & 1) != 0 ? &keys : nullptr,
                        .label = (choice & 2) != 0 ? swim::as_bytes("blue") : Bytes()};
    const Buffer stream = framed(message, {.layers = layers, .compress = (choice & 4) != 0});
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{100}, stream.size()}) {
      CAPTURE(choice);
      CAPTURE(piece);
      StreamReader reader(Side::accepted, layers);
      for (std::size_t at = 0; at < stream.size(); at += piece) {
        const std::size_t size = std::min(piece, stream.size() - at);
        const auto fed = reader.feed(Bytes(stream).subspan(at, size));
        REQUIRE(fed);
        REQUIRE(*fed == (at + size == stream.size()));
      }
      check_push_pull(reader, 20, "the state");
    }
  }
}

TEST_CASE("bytes after the message are ignored, with it or later") {
  Buffer stream = push_pull(1, "");
  swim::append(stream, bytes("ffff"));
  StreamReader reader(Side::accepted, {});
  REQUIRE(reader.feed(stream).value());
  REQUIRE(reader.feed(bytes("ff")).value());
  check_push_pull(reader, 1, "");
}

TEST_CASE("a reader that failed stays failed") {
  StreamReader reader(Side::accepted, {});
  CHECK(reader.feed(bytes("04")).error() == StreamError::bad_message);
  CHECK(reader.feed(push_pull(1, "")).error() == StreamError::bad_message);
}

TEST_CASE("nothing fed is nothing read") {
  StreamReader reader(Side::accepted, {});
  CHECK_FALSE(reader.feed({}).value());
  StreamReader labelled(Side::accepted, {.label = swim::as_bytes("blue")});
  CHECK_FALSE(labelled.feed({}).value());
}

TEST_CASE("each side takes only what the other may send") {
  const auto allowed = [](const char* message, Side side) {
    StreamReader reader(side, {});
    const auto fed = reader.feed(bytes(message));
    return fed.has_value() && *fed;
  };
  CHECK(allowed("0080", Side::accepted));
  CHECK_FALSE(allowed("0080", Side::dialled));
  CHECK_FALSE(allowed("0280", Side::accepted));
  CHECK(allowed("0280", Side::dialled));
  CHECK(allowed("0680", Side::accepted));
  CHECK(allowed("0680", Side::dialled));
  CHECK(allowed("0880", Side::accepted));
  CHECK_FALSE(allowed("0880", Side::dialled));
  CHECK_FALSE(allowed("0d80", Side::accepted));
  CHECK(allowed("0d80", Side::dialled));
  for (unsigned type = 0; type < 256; ++type) {
    CAPTURE(type);
    const bool known = type == 0 || type == 2 || type == 6 || type == 8 || type == 13;
    const Buffer message{static_cast<std::byte>(type), std::byte{0x80}};
    StreamReader accepted(Side::accepted, {});
    StreamReader dialled(Side::dialled, {});
    const auto first = accepted.feed(message);
    const auto second = dialled.feed(message);
    CHECK(((first && *first) || (second && *second)) == known);
  }
}

TEST_CASE("counts are believed only as far as their limits") {
  CHECK(error_of(bytes("0681a54e6f646573ff")) == StreamError::bad_message);                // -1
  CHECK(error_of(bytes("0681a54e6f646573ce00100001")) == StreamError::too_large);          // 1,048,577
  CHECK(error_of(bytes("0681ac5573657253746174654c656eff")) == StreamError::bad_message);  // -1
  CHECK(error_of(bytes("0681ac5573657253746174654c656ece01400001")) ==
        StreamError::too_large);  // 20 MiB and 1
  StreamReader reader(Side::accepted, {});
  CHECK_FALSE(
      reader.feed(bytes("0681a54e6f646573ce00100000")).value());  // the most there may be: wait for them
  CHECK(reader.held() < 1024);
}

TEST_CASE("a message that never ends is cut off at 20 MiB") {
  StreamReader reader(Side::accepted, {});
  REQUIRE_FALSE(reader.feed(bytes("0081a15adbffffffff")).value());  // a text of 4 GiB
  const Buffer mebibyte(1 << 20);
  for (int i = 0; i < 19; ++i) {
    REQUIRE_FALSE(reader.feed(mebibyte).value());
  }
  CHECK(reader.feed(mebibyte).error() == StreamError::too_large);
}

TEST_CASE("a frame over 20 MiB is refused by its head") {
  const Keyring keys = ring();
  StreamReader reader(Side::accepted, {.keyring = &keys});
  CHECK_FALSE(reader.feed(bytes("0a01400000")).value());
  CHECK(error_of(bytes("0a01400001"), Side::accepted, {.keyring = &keys}) == StreamError::too_large);
}

TEST_CASE("a bomb on a stream stops at 20 MiB") {
  const Buffer stream = framed(Buffer(stream_message_max + 1, std::byte{8}), {.compress = true});
  CHECK(stream.size() < 100'000);
  CHECK(error_of(stream) == StreamError::bad_compress);
}

TEST_CASE("states too small to say anything are refused before they take memory") {
  Buffer stream;
  encode(PushPullHeader{.nodes = 1'000'000}, stream);
  stream.resize(stream.size() + 1'000'000, std::byte{0x80});
  StreamReader reader(Side::accepted, {});
  CHECK(reader.feed(stream).error() == StreamError::bad_message);
  CHECK(reader.held() < 4'000'000);
}

TEST_CASE("ten thousand states byte by byte take time in proportion") {
  // Twice the bytes may not take four times the steps: the reader would not finish this one.
  const Buffer stream = push_pull(10'000, "state");
  StreamReader reader(Side::accepted, {});
  for (std::size_t i = 0; i + 1 < stream.size(); ++i) {
    REQUIRE_FALSE(reader.feed(Bytes(stream).subspan(i, 1)).value());
  }
  REQUIRE(reader.feed(Bytes(stream).last(1)).value());
  check_push_pull(reader, 10'000, "state");
}

TEST_CASE("the label must be the reader's, and replies carry none") {
  const Buffer ping = bytes("0081a55365714e6f01");
  const Layers blue{.label = swim::as_bytes("blue")};
  const Layers green{.label = swim::as_bytes("green")};
  const Buffer stream = framed(ping, {.layers = blue});
  CHECK(error_of(stream, Side::accepted, green) == StreamError::label_mismatch);
  CHECK(error_of(stream, Side::accepted) == StreamError::label_mismatch);
  CHECK(error_of(ping, Side::accepted, blue) == StreamError::label_mismatch);
  CHECK(error_of(bytes("f40000"), Side::accepted, blue) == StreamError::bad_label);
  StreamReader dialled(Side::dialled, blue);
  CHECK(dialled.feed(bytes("0281a55365714e6f01")).value());
}

TEST_CASE("a reply sealed under a label opens with it and not without") {
  const Keyring keys = ring();
  const Buffer ack = bytes("0281a55365714e6f01");
  const Layers blue{.keyring = &keys, .label = swim::as_bytes("blue")};
  const Buffer stream = framed(ack, {.layers = blue, .side = Side::accepted});
  StreamReader reader(Side::dialled, blue);
  CHECK(reader.feed(stream).value());
  CHECK(error_of(stream, Side::dialled, {.keyring = &keys}) == StreamError::cannot_open);
}

TEST_CASE("the messages of an exchange other than push/pull are read") {
  StreamReader ping(Side::accepted, {});
  REQUIRE(ping.feed(bytes("0082a44e6f6465a161a55365714e6f11")).value());
  CHECK(std::get<Ping>(ping.message()).node == "a");
  StreamReader ack(Side::dialled, {});
  REQUIRE(ack.feed(bytes("0282a75061796c6f6164c0a55365714e6f11")).value());
  CHECK(std::get<Ack>(ack.message()).seq_no == 17);
  StreamReader error(Side::dialled, {});
  REQUIRE(error.feed(bytes("0d81a54572726f72a26e6f")).value());
  CHECK(std::get<ErrorReply>(error.message()).error == "no");
  StreamReader user(Side::accepted, {});
  REQUIRE(user.feed(bytes("0881aa557365724d73674c656e03 010203")).value());
  CHECK(hex(std::get<StreamUserMessage>(user.message()).payload) == "010203");
}

}  // namespace hearsay::tests
