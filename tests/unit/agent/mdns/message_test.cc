// The bytes are those of Serf 0.9.4's agents "web.1" at 10.99.0.1:7946 and "x" on a host "vm", as they were
// on the wire.
#include "agent/mdns/message.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "../rpc/hex.h"
#include "agent/net/address.h"

using namespace hearsay::agent;
using namespace hearsay::agent::mdns;
using hearsay::swim::Buffer;
using hearsay::swim::Bytes;
using hearsay::swim::Endpoint;
using hearsay::swim::IpAddress;

namespace {

Buffer bytes_of(std::string_view hex) {
  const std::string text = hearsay::test::from_hex(hex);
  const Bytes bytes = hearsay::swim::as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

const Buffer serf_question =
    bytes_of("bfb800000001000000000000095f736572665f776562045f746370056c6f63616c00000c0001");
const Buffer serf_answer = bytes_of(
    "000084000000000400000000095f736572665f776562045f746370056c6f63616c00000c0001000000780008037765620131c00c"
    "c0"
    "2c0021000100000078000a000a00011f0a02766d00c046000100010000007800040a630001c02c00100001000000780013125365"
    "72"
    "6620277765622720636c7573746572");

const Endpoint at{.ip = IpAddress::v4(10, 99, 0, 1), .port = 7946};
const Service web{
    .type = "_serf_web._tcp", .instance = "web.1", .host = "vm", .text = "Serf 'web' cluster", .at = at};

/// A question of one name.
Buffer ask(std::string_view labels, unsigned char type) {
  Buffer out = bytes_of("000100000001000000000000");
  const Bytes bytes = hearsay::swim::as_bytes(labels);
  out.insert(out.end(), bytes.begin(), bytes.end());
  for (const int byte : {0, 0, int{type}, 0, 1}) {
    out.push_back(static_cast<std::byte>(byte));
  }
  return out;
}

std::size_t answers_in(const Buffer& message) {
  return message.size() < 8 ? 0 : std::to_integer<std::size_t>(message[7]);
}

}  // namespace

TEST_CASE("the question is Serf's but for its id") {
  Buffer question = encode_question("_serf_web._tcp");
  REQUIRE(question.size() == serf_question.size());
  std::copy_n(serf_question.begin(), 2, question.begin());
  CHECK(question == serf_question);
}

TEST_CASE("the answer to Serf's question is Serf's, with the id and the question repeated") {
  const Reply reply = answer(serf_question, web);
  CHECK(reply.heard == Heard::question);
  const std::size_t question_end = serf_question.size();
  REQUIRE(reply.message.size() > question_end);
  CHECK(std::equal(serf_question.begin(), serf_question.begin() + 2, reply.message.begin()));
  CHECK(std::equal(serf_question.begin() + 12, serf_question.end(), reply.message.begin() + 12));
  CHECK(answers_in(reply.message) == 4);
  const std::size_t text_bytes = 1 + web.text.size();
  CHECK(std::equal(serf_answer.end() - static_cast<std::ptrdiff_t>(text_bytes), serf_answer.end(),
                   reply.message.end() - static_cast<std::ptrdiff_t>(text_bytes)));
  CHECK(read_answer(reply.message, web.type) == std::vector{at});
}

TEST_CASE("an agent is found in Serf's answer, under the right cluster only") {
  CHECK(read_answer(serf_answer, "_serf_web._tcp") == std::vector{at});
  CHECK(read_answer(serf_answer, "_SERF_WEB._tcp") == std::vector{at});
  CHECK(read_answer(serf_answer, "_serf_we._tcp")->empty());
  CHECK(read_answer(serf_answer, "_serf_db._tcp")->empty());
}

TEST_CASE("an IPv6 address travels as AAAA, and a name of unusual bytes is a name") {
  Service odd = web;
  odd.at = {.ip = *net::parse_ip("fd99::7"), .port = 1};
  odd.instance = "a node: \"7\"";
  const Reply reply = answer(serf_question, odd);
  CHECK(read_answer(reply.message, odd.type) == std::vector{odd.at});
}

TEST_CASE("a question about something of the service is answered with that, any other with nothing") {
  constexpr unsigned char a = 1, ptr = 12, txt = 16, aaaa = 28, srv = 33, any = 255;
  constexpr std::string_view service = "\x09_serf_web\x04_tcp\x05local";
  constexpr std::string_view instance =
      "\x03web\x01"
      "1\x09_serf_web\x04_tcp\x05local";
  constexpr std::string_view other = "\x08_serf_db\x04_tcp\x05local";
  constexpr std::string_view all = "\x09_services\x07_dns-sd\x04_udp\x05local";
  struct Case {
    std::string_view name;
    unsigned char type;
    std::size_t answers;
  };
  for (const Case& c :
       {Case{service, ptr, 4}, Case{service, any, 4}, Case{service, srv, 0}, Case{all, ptr, 1},
        Case{instance, any, 3}, Case{instance, srv, 2}, Case{instance, txt, 1}, Case{instance, a, 1},
        Case{instance, aaaa, 0}, Case{instance, ptr, 0}, Case{"\x02vm", a, 1}, Case{"\x02VM", a, 1},
        Case{"\x02vm", aaaa, 0}, Case{other, ptr, 0}, Case{other, any, 0}}) {
    CAPTURE(c.name);
    CAPTURE(int{c.type});
    const Reply reply = answer(ask(c.name, c.type), web);
    CHECK(reply.heard == Heard::question);
    CHECK(answers_in(reply.message) == c.answers);
  }
}

TEST_CASE("answers are not answered, nor are questions in parts or without a question") {
  CHECK(answer(serf_answer, web).heard == Heard::other);
  Buffer truncated = serf_question;
  truncated[2] = std::byte{0x02};
  CHECK(answer(truncated, web).heard == Heard::other);
  CHECK(answer(bytes_of("000000000000000000000000"), web).heard == Heard::other);
}

TEST_CASE("a message cut anywhere, or changed in any byte, breaks nothing") {
  for (std::size_t cut = 0; cut < serf_answer.size(); ++cut) {
    CHECK_FALSE(read_answer(Bytes(serf_answer).first(cut), web.type).has_value());
  }
  for (std::size_t cut = 0; cut < serf_question.size(); ++cut) {
    CHECK(answer(Bytes(serf_question).first(cut), web).heard == Heard::malformed);
  }
  for (std::size_t i = 0; i < serf_answer.size(); ++i) {
    for (const unsigned flip : {0x01U, 0x80U, 0xc0U, 0xffU}) {
      Buffer changed = serf_answer;
      changed[i] ^= static_cast<std::byte>(flip);
      const auto found = read_answer(changed, web.type);
      CHECK((!found || found->size() <= found_max));
      static_cast<void>(answer(changed, web));
    }
  }
}

TEST_CASE("a name that DNS cannot carry has no question and no answer") {
  CHECK(encode_question("_serf_" + std::string(57, 'x') + "._tcp").size() > 12);
  CHECK(encode_question("_serf_" + std::string(58, 'x') + "._tcp").empty());
  Service longer = web;
  longer.instance = std::string(63, 'x');
  CHECK(answers_in(answer(serf_question, longer).message) == 4);
  longer.instance += 'x';
  CHECK(answer(serf_question, longer).message.empty());
}
