#include <string>

#include <doctest/doctest.h>

#include "hex.h"
#include "swim/wire/codec.h"

namespace hearsay::tests {
namespace {

using namespace swim::wire;
using swim::Buffer;
using swim::Bytes;
using Event = PushPullState::Event;

Buffer small_state() {
  const Buffer payload = bytes("7631");
  const std::array slot{Event{.ltime = 1, .name = "deploy", .payload = payload},
                        Event{.ltime = 1, .name = "deploy", .payload = {}}};
  Buffer out;
  PushPullStateWriter writer(out);
  writer.begin(9, 3);
  writer.event_slot({});
  writer.event_slot(slot);
  writer.event_slot({});
  writer.left_members(5, 1);
  writer.left_member("gone");
  writer.status_ltimes(2, 2);
  writer.status_ltime("a", 4);
  writer.status_ltime("gone", 300);
  return out;
}

/// A body whose one slot after another holds `count` nil events.
Buffer nil_events(std::size_t slots, std::uint16_t count) {
  Buffer body = bytes("81 a6 4576656e7473 dc");
  body.push_back(static_cast<std::byte>(slots >> 8));
  body.push_back(static_cast<std::byte>(slots));
  for (std::size_t i = 0; i < slots; ++i) {
    swim::append(body, bytes("81 a6 4576656e7473 dc"));
    body.push_back(static_cast<std::byte>(count >> 8));
    body.push_back(static_cast<std::byte>(count));
    body.resize(body.size() + count, std::byte{0xc0});
  }
  return body;
}

}  // namespace

TEST_CASE("the state of a push/pull is written with its keys sorted and empty slots as nil") {
  CHECK(
      hex(small_state()) ==
      "0286aa4576656e744c54696d6509a64576656e747393c0"
      "82a64576656e74739282a44e616d65a66465706c6f79a75061796c6f6164a2763182a44e616d65a66465706c6f79a75061796c"
      "6f6164c0"
      "a54c54696d6501c0"
      "a54c54696d6505ab4c6566744d656d6265727391a4676f6e65aa51756572794c54696d6502ac5374617475734c54696d657382"
      "a16104a4676f6e65cd012c");
}

TEST_CASE("the state of a push/pull comes back with its events flattened") {
  const Buffer state = small_state();
  const auto decoded = decode<PushPullState>(Bytes(state).subspan(1));
  REQUIRE(decoded);
  CHECK(decoded->ltime == 5);
  CHECK(decoded->event_ltime == 9);
  CHECK(decoded->query_ltime == 2);
  REQUIRE(decoded->events.size() == 2);
  CHECK(decoded->events[0].ltime == 1);
  CHECK(decoded->events[0].name == "deploy");
  CHECK(hex(decoded->events[0].payload) == "7631");
  CHECK(decoded->events[1].payload.empty());
  CHECK(decoded->left_members == std::vector<std::string_view>{"gone"});
  REQUIRE(decoded->status_ltimes.size() == 2);
  CHECK(decoded->status_ltimes[1].name == "gone");
  CHECK(decoded->status_ltimes[1].ltime == 300);
}

TEST_CASE("each truncation of a push/pull state is seen as one") {
  const Buffer state = small_state();
  const Bytes body = Bytes(state).subspan(1);
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto decoded = decode<PushPullState>(body.first(size));
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error() == DecodeError::truncated);
  }
}

TEST_CASE("a slot's time may follow its events, and each slot has its own") {
  // [{Events:[{Name:a}], LTime:7}, {LTime:8, Events:[{Name:b}]}]
  const Buffer body = bytes(
      "81 a64576656e7473 92 82 a64576656e7473 91 81 a44e616d65 a161 a54c54696d65 07"
      "82 a54c54696d65 08 a64576656e7473 91 81 a44e616d65 a162");
  const auto decoded = decode<PushPullState>(body);
  REQUIRE(decoded);
  REQUIRE(decoded->events.size() == 2);
  CHECK(decoded->events[0].ltime == 7);
  CHECK(decoded->events[1].ltime == 8);
}

TEST_CASE("a state may leave out or nil anything, and hold keys of a newer version") {
  CHECK(decode<PushPullState>(bytes("80"))->events.empty());
  const Buffer nils = bytes("83 a64576656e7473 c0 ab4c6566744d656d62657273 c0 ac5374617475734c54696d6573 c0");
  CHECK(decode<PushPullState>(nils)->left_members.empty());
  const Buffer newer = bytes("82 a85365727669636573 81 a3776562 92 01 02 a54c54696d65 05");
  CHECK(decode<PushPullState>(newer)->ltime == 5);
}

TEST_CASE("events have a limit over all slots, for they take more memory than bytes") {
  CHECK(decode<PushPullState>(nil_events(2, 32768))->events.size() == 65536);
  CHECK(decode<PushPullState>(nil_events(3, 32767)).error() == DecodeError::too_many);
}

TEST_CASE("a status time that is no number is refused") {
  CHECK(decode<PushPullState>(bytes("81 ac5374617475734c54696d6573 81 a161 a162")).error() ==
        DecodeError::wrong_type);
}

}  // namespace hearsay::tests
