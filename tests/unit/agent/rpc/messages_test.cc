#include "agent/rpc/messages.h"

#include <doctest/doctest.h>

#include "hex.h"

using namespace hearsay::agent::rpc;
using hearsay::swim::as_bytes;
using hearsay::swim::as_text;
using hearsay::swim::Buffer;
using hearsay::test::from_hex;
using hearsay::test::to_hex;

namespace {

/// Keeps the bytes that a decoded message looks into.
template <class Message>
struct Decoded {
  std::string bytes;
  Message message;
  bool failed;

  explicit Decoded(std::string_view hex, Message start = {})
      : bytes(from_hex(hex)), message(std::move(start)) {
    Reader in(as_bytes(bytes));
    decode(in, message);
    failed = in.failed();
  }
};

template <class Message>
Message after_a_round(const Message& message, Buffer& bytes) {
  encode(Writer(bytes), message);
  Reader in(bytes);
  Message out;
  decode(in, out);
  CHECK_FALSE(in.failed());
  CHECK(in.rest().empty());
  return out;
}

}  // namespace

TEST_CASE("a header has its fields in sorted order") {
  Buffer out;
  encode(Writer(out), "stop", 300);
  CHECK(to_hex(as_text(out)) ==
        "82"
        "a7436f6d6d616e64"
        "a473746f70"
        "a3536571"
        "cd012c");
  out.clear();
  encode(Writer(out), ResponseHeader{"no", 1});
  CHECK(to_hex(as_text(out)) ==
        "82"
        "a54572726f72"
        "a26e6f"
        "a3536571"
        "01");
}

TEST_CASE("fields come in any order and unknown ones are ignored") {
  const Decoded<RequestHeader> header("83 a3536571 07 a158 9301c0a0 a7436f6d6d616e64 a161");
  CHECK_FALSE(header.failed);
  CHECK(header.message.command == "a");
  CHECK(header.message.seq == 7);
}

TEST_CASE("field names are case-sensitive") {
  const Decoded<RequestHeader> header("81 a7636f6d6d616e64 a161");
  CHECK_FALSE(header.failed);
  CHECK(header.message.command.empty());
}

TEST_CASE("a message may be an array in the order Go declares its fields") {
  const Decoded<RequestHeader> header("92 a161 07");
  CHECK_FALSE(header.failed);
  CHECK(header.message.command == "a");
  CHECK(header.message.seq == 7);
  const Decoded<EventRequest> event("93 a26576 c40170 c3");
  CHECK_FALSE(event.failed);
  CHECK(event.message.name == "ev");
  CHECK(as_text(event.message.payload) == "p");
  CHECK(event.message.coalesce);
}

TEST_CASE("an array may lack its last fields or have more") {
  const Decoded<RequestHeader> shorter("91 a161");
  CHECK_FALSE(shorter.failed);
  CHECK(shorter.message.command == "a");
  const Decoded<RequestHeader> longer("93 a161 07 8101c0");
  CHECK_FALSE(longer.failed);
  CHECK(longer.message.seq == 7);
}

TEST_CASE("what the map lacks stays as it was") {
  const Decoded<RequestHeader> header("81 a158 01", {"before", 9});
  CHECK_FALSE(header.failed);
  CHECK(header.message.command == "before");
  CHECK(header.message.seq == 9);
}

TEST_CASE("values of the wrong kind fail the message") {
  CHECK(Decoded<RequestHeader>("81 a7436f6d6d616e64 c40161").failed);  // a command as binary
  CHECK(Decoded<RequestHeader>("81 a3536571 ff").failed);
  CHECK(Decoded<RequestHeader>("a161").failed);
  CHECK(Decoded<JoinRequest>("81 a84578697374696e67 a161").failed);
  CHECK(Decoded<MemberRow>("81 a4506f7274 ce00010000").failed);  // a port of 17 bits
  CHECK(Decoded<MemberRow>("81 ab44656c6567617465437572 cd0100").failed);
}

TEST_CASE("nil stands for nothing in every field") {
  const Decoded<TagsRequest> tags("82 a454616773 c0 aa44656c65746554616773 c0");
  CHECK_FALSE(tags.failed);
  CHECK(tags.message.set.empty());
  CHECK(tags.message.remove.empty());
}

TEST_CASE("requests come back from their bytes as they were") {
  Buffer bytes;
  const auto event = after_a_round(EventRequest{"deploy", as_bytes("v2"), true}, bytes);
  CHECK(event.name == "deploy");
  CHECK(as_text(event.payload) == "v2");
  CHECK(event.coalesce);
  bytes.clear();
  const auto join = after_a_round(JoinRequest{{"a", "b:1"}, true}, bytes);
  CHECK(join.existing == std::vector<std::string_view>{"a", "b:1"});
  CHECK(join.replay);
  bytes.clear();
  const auto filter = after_a_round(MembersFilteredRequest{{{"k", "v.*"}, {"l", ""}}, "alive", "n"}, bytes);
  CHECK(filter.tags == TextPairs{{"k", "v.*"}, {"l", ""}});
  CHECK(filter.status == "alive");
  CHECK(filter.name == "n");
  bytes.clear();
  const auto tags = after_a_round(TagsRequest{{{"a", "1"}}, {"b"}}, bytes);
  CHECK(tags.set == TextPairs{{"a", "1"}});
  CHECK(tags.remove == std::vector<std::string_view>{"b"});
  bytes.clear();
  const auto leave = after_a_round(ForceLeaveRequest{"n", true}, bytes);
  CHECK(leave.node == "n");
  CHECK(leave.prune);
  bytes.clear();
  CHECK(after_a_round(StopRequest{1U << 20U}, bytes).stop == 1U << 20U);
  bytes.clear();
  CHECK(after_a_round(MonitorRequest{"DEBUG"}, bytes).log_level == "DEBUG");
  bytes.clear();
  CHECK(after_a_round(StreamRequest{"user"}, bytes).type == "user");
  bytes.clear();
  CHECK(after_a_round(AuthRequest{"k"}, bytes).key == "k");
  bytes.clear();
  CHECK(after_a_round(HandshakeRequest{1}, bytes).version == 1);
  bytes.clear();
  CHECK(after_a_round(JoinResponse{-1}, bytes).contacted == -1);
}

TEST_CASE("a coordinate comes back from its bytes as it was, and nobody's place as none") {
  Buffer bytes;
  const hearsay::swim::Coordinate at{{0.5, -1, 0, 0, 0, 0, 0, 3e-9}, 0.25, -0.125, 1e-5};
  const auto known = after_a_round(CoordinateResponse{at, true}, bytes);
  CHECK(known.known);
  CHECK(known.at == at);
  bytes.clear();
  CHECK_FALSE(after_a_round(CoordinateResponse{}, bytes).known);
}

TEST_CASE("a coordinate of another dimension fails the message") {
  // {Coord: {Vec: [1.5]}, Ok: true}
  CHECK(Decoded<CoordinateResponse>("82 a5436f6f7264 81 a3566563 91 cb3ff8000000000000 a24f6b c3").failed);
}
