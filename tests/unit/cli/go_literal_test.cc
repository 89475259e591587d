#include "cli/go_literal.h"

#include <doctest/doctest.h>

using hearsay::agent::rpc::Reader;
using hearsay::cli::go_literal;
using hearsay::swim::as_bytes;

namespace {

template <std::size_t size>
std::string literal(const char (&bytes)[size]) {
  Reader in(as_bytes({bytes, size - 1}));
  std::string out = go_literal(in);
  CHECK_FALSE(in.failed());
  CHECK(in.rest().empty());
  return out;
}

}  // namespace

TEST_CASE("values are printed as Go prints them with %#v") {
  CHECK(literal("\xc0") == "<nil>");
  CHECK(literal("\xc3") == "true");
  CHECK(literal("\xc2") == "false");
  CHECK(literal("\xa3"
                "a\"b") == "\"a\\\"b\"");
  CHECK(literal("\xc4\x03\x00\x0a\xff") == "[]byte{0x0, 0xa, 0xff}");
  CHECK(literal("\xc4\x00") == "[]byte{}");
  CHECK(literal("\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00") == "1.5");
}

TEST_CASE("an integer of an unsigned form is hexadecimal, any other decimal") {
  CHECK(literal("\x05") == "5");
  CHECK(literal("\xff") == "-1");
  CHECK(literal("\xd1\x01\x00") == "256");
  CHECK(literal("\xcc\x80") == "0x80");
  CHECK(literal("\xcd\x1f\x0a") == "0x1f0a");
  CHECK(literal("\xcf\xff\xff\xff\xff\xff\xff\xff\xff") == "0xffffffffffffffff");
}

TEST_CASE("what is nested names its type, and maps are sorted") {
  CHECK(literal("\x92\xc0\xc4\x01\x07") == "[]interface {}{interface {}(nil), []uint8{0x7}}");
  CHECK(literal("\x82\xa1z\x01\xa1"
                "a\x80") == "map[interface {}]interface {}{\"a\":map[interface {}]interface {}{}, \"z\":1}");
}

TEST_CASE("what cannot be printed fails the reader") {
  for (const std::string_view bytes : {std::string_view("\xd4\x01\x02"), std::string_view("\xa5"),
                                       std::string_view("\x92\x01"), std::string_view("\x81\x01\x01")}) {
    Reader in(as_bytes(bytes));
    static_cast<void>(go_literal(in));
    CHECK(in.failed());
  }
}
