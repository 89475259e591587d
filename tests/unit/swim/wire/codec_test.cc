#include "swim/wire/codec.h"

#include <string>

#include <doctest/doctest.h>

#include "hex.h"

namespace hearsay::tests {
namespace {

using namespace swim::wire;
using swim::Buffer;
using swim::Bytes;

template <class T>
std::string encoded(const T& message) {
  Buffer out;
  encode(message, out);
  return hex(out);
}

/// Decodes what encode() wrote, type byte off, and encodes it again.
template <class T>
std::string there_and_back(const T& message) {
  Buffer out;
  encode(message, out);
  return encoded(decode<T>(Bytes(out).subspan(1)).value());
}

template <class T>
void check_each_truncation(const T& message) {
  Buffer out;
  encode(message, out);
  const Bytes body = Bytes(out).subspan(1);
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto decoded = decode<T>(body.first(size));
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error() == DecodeError::truncated);
  }
  const auto whole = decode_prefix<T>(body);
  REQUIRE(whole);
  CHECK(whole->size == body.size());
}

}  // namespace

TEST_CASE("keys are written sorted and the source of a ping only when there is one") {
  CHECK(encoded(Ping{.seq_no = 1, .node = "a"}) == "0082a44e6f6465a161a55365714e6f01");
  const Buffer address = bytes("7f000001");
  CHECK(encoded(Ping{
            .seq_no = 1, .node = "a", .source_addr = address, .source_port = 7946, .source_node = "b"}) ==
        "0085a44e6f6465a161a55365714e6f01aa536f7572636541646472a47f000001aa536f757263654e6f6465a162"
        "aa536f75726365506f7274cd1f0a");
}

TEST_CASE("an empty payload is nil, an empty address is not") {
  CHECK(encoded(Ack{.seq_no = 17}) == "0282a75061796c6f6164c0a55365714e6f11");
  CHECK(encoded(UserEvent{.ltime = 1, .name = "e"}) ==
        "0384a24343c2a54c54696d6501a44e616d65a165a75061796c6f6164c0");
  CHECK(encoded(Alive{.incarnation = 1, .node = "a"}) ==
        "0486a441646472a0ab496e6361726e6174696f6e01a44d657461a0a44e6f6465a161a4506f727400a356736ea0");
}

TEST_CASE("a push/pull header has its counts as go-msgpack 0.5.5 wrote them") {
  CHECK(encoded(PushPullHeader{.nodes = 200, .user_state_len = 70000, .join = true}) ==
        "0683a44a6f696ec3a54e6f646573ccc8ac5573657253746174654c656ece00011170");
}

TEST_CASE("a query is written as go-msgpack 0.5.5 wrote it") {
  const Buffer address = bytes("01020304");
  const Query query{.ltime = 300,
                    .id = 4'000'000'000,
                    .addr = address,
                    .port = 7946,
                    .timeout_ns = 3'000'000'000,
                    .name = "q"};
  CHECK(encoded(query) ==
        "048ba441646472a401020304a746696c74657273c0a5466c61677300a24944ceee6b2800a54c54696d65cd012ca44e616d65"
        "a171"
        "a75061796c6f6164c0a4506f7274cd1f0aab52656c6179466163746f7200aa536f757263654e6f6465a0a754696d656f7574"
        "ceb2d05e00");
}

TEST_CASE("a relay header nests its address") {
  const Buffer address = bytes("01020304");
  CHECK(encoded(RelayHeader{.ip = address, .port = 7946, .zone = "", .dest_name = "n"}) ==
        "0982a8446573744164647283a24950a401020304a4506f7274cd1f0aa45a6f6e65a0a8446573744e616d65a16e");
}

TEST_CASE("every message comes back as it went, and no shorter piece of it does") {
  const Buffer address = bytes("7f000001");
  const Buffer payload = bytes("00ff");
  const std::vector<Bytes> filters{Bytes(payload), Bytes(address)};
  const auto check = [](const auto& message) {
    CHECK(there_and_back(message) == encoded(message));
    check_each_truncation(message);
  };
  check(Ping{.seq_no = 70000, .node = "a", .source_addr = address, .source_port = 1, .source_node = "b"});
  check(IndirectPing{.seq_no = 1,
                     .target = address,
                     .port = 2,
                     .node = "c",
                     .nack = true,
                     .source_addr = address,
                     .source_port = 3,
                     .source_node = "d"});
  check(Ack{.seq_no = 1, .payload = payload});
  check(Nack{.seq_no = UINT32_MAX});
  check(ErrorReply{.error = "no"});
  check(Suspect{.incarnation = 3, .node = "a", .from = "b"});
  check(Alive{.incarnation = 3, .node = "a", .addr = address, .port = 9, .meta = payload, .vsn = payload});
  check(Dead{.incarnation = 3, .node = "a", .from = "a"});
  check(PushPullHeader{.nodes = -1, .user_state_len = INT64_MAX, .join = true});
  check(UserMessageHeader{.user_msg_len = 5});
  check(Compress{.algo = 255, .buf = payload});
  check(LeaveIntent{.ltime = UINT64_MAX, .node = "a", .prune = true});
  check(JoinIntent{.ltime = 1, .node = "a"});
  check(UserEvent{.ltime = 1, .name = "e", .payload = payload, .cc = true});
  check(Query{.ltime = 1,
              .id = 2,
              .addr = address,
              .port = 3,
              .source_node = "s",
              .filters = filters,
              .flags = 3,
              .relay_factor = 255,
              .timeout_ns = -1,
              .name = "q",
              .payload = payload});
  check(QueryResponse{.ltime = 1, .id = 2, .from = "f", .flags = 1, .payload = payload});
  check(RelayHeader{.ip = address, .port = 65535, .zone = "eth0", .dest_name = "n"});
}

TEST_CASE("keys come in any order, unknown ones are passed over, missing ones are zero") {
  const Buffer body =
      bytes("83 a3 5a7a7a 92 c0 81 a178 01 a5 5365714e6f 09 a4 6e6f6465 a1 78");  // Zzz, SeqNo, node
  const auto ping = decode<Ping>(body);
  REQUIRE(ping);
  CHECK(ping->seq_no == 9);
  CHECK(ping->node.empty());
}

TEST_CASE("of a key that comes twice the last one counts") {
  const Buffer body = bytes("82 a5 5365714e6f 01 a5 5365714e6f 02");
  CHECK(decode<Ping>(body)->seq_no == 2);
  const Buffer query = bytes("82 a7 46696c74657273 91 a101 a7 46696c74657273 92 a102 a103");
  CHECK(decode<Query>(query)->filters.size() == 2);
}

TEST_CASE("a struct as an array fills its fields in the order of declaration") {
  const Buffer body = bytes("98 01 a47f000001 cd1f0a a163 c3 a47f000002 cd1f0b a164");
  const auto ping = decode<IndirectPing>(body);
  REQUIRE(ping);
  CHECK(ping->seq_no == 1);
  CHECK(hex(ping->target) == "7f000001");
  CHECK(ping->port == 7946);
  CHECK(ping->node == "c");
  CHECK(ping->nack);
  CHECK(hex(ping->source_addr) == "7f000002");
  CHECK(ping->source_port == 7947);
  CHECK(ping->source_node == "d");
  const Buffer relay = bytes("92 93 a47f000001 05 a0 a16e");
  CHECK(decode<RelayHeader>(relay)->port == 5);
  CHECK(decode<RelayHeader>(relay)->dest_name == "n");
}

TEST_CASE("what follows the body is left alone") {
  const Buffer body = bytes("81a55365714e6f05 ffff");
  const auto nack = decode_prefix<Nack>(body);
  REQUIRE(nack);
  CHECK(nack->value.seq_no == 5);
  CHECK(nack->size == 8);
}

TEST_CASE("decoded texts and bytes look into the buffer") {
  const Buffer body = bytes("82 a4 4e6f6465 a3616263 a5 5365714e6f 01");
  const auto ping = decode<Ping>(body);
  REQUIRE(ping);
  CHECK(swim::as_bytes(ping->node).data() == body.data() + 7);
}

TEST_CASE("each field holds exactly its range") {
  CHECK(decode<Ping>(bytes("81aa536f75726365506f7274cdffff"))->source_port == 65535);
  CHECK(decode<Ping>(bytes("81aa536f75726365506f7274ce00010000")).error() == DecodeError::out_of_range);
  CHECK(decode<Ping>(bytes("81a55365714e6fcf0000000100000000")).error() == DecodeError::out_of_range);
  CHECK(decode<Compress>(bytes("81a4416c676fcd0100")).error() == DecodeError::out_of_range);
  CHECK(decode<Query>(bytes("81ab52656c6179466163746f72ccff"))->relay_factor == 255);
}

TEST_CASE("filters decode to names or to a tag and its expression") {
  const Buffer names = bytes("92 a161 a162");
  const auto node_filter = decode<NodeFilter>(names);
  REQUIRE(node_filter);
  CHECK(node_filter->nodes == std::vector<std::string_view>{"a", "b"});
  CHECK(decode<NodeFilter>(bytes("c0"))->nodes.empty());
  CHECK(decode<NodeFilter>(bytes("80")).error() == DecodeError::wrong_type);
  const Buffer tag = bytes("82 a4 45787072 a3 652e2a a3 546167 a2 6463");
  const auto tag_filter = decode<TagFilter>(tag);
  REQUIRE(tag_filter);
  CHECK(tag_filter->tag == "dc");
  CHECK(tag_filter->expr == "e.*");
}

TEST_CASE("a list in a message has a limit") {
  Buffer body = bytes("dc1001");
  body.resize(body.size() + 4097, std::byte{0xa0});
  CHECK(decode<NodeFilter>(body).error() == DecodeError::too_many);
  body[2] = std::byte{0};
  CHECK(decode<NodeFilter>(body)->nodes.size() == 4096);
}

}  // namespace hearsay::tests
