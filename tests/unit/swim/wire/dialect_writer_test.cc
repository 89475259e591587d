#include "swim/wire/dialect_writer.h"

#include <string>

#include <doctest/doctest.h>

#include "hex.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::wire::dialect::Writer;

template <class Write>
std::string written(Write write) {
  Buffer out;
  {
    Writer writer(out);
    write(writer);
  }
  return hex(out);
}

std::string unsigned_form(std::uint64_t value) {
  return written([=](Writer& out) { out.unsigned_int(value); });
}

std::string signed_form(std::int64_t value) {
  return written([=](Writer& out) { out.signed_int(value); });
}

/// The head of a text of `size` bytes.
std::string text_head(std::size_t size) {
  return written([=](Writer& out) { out.text(std::string(size, 'x')); })
      .substr(0, 2 * (size < 32      ? 1
                      : size < 65536 ? 3
                                     : 5));
}

}  // namespace

TEST_CASE("unsigned numbers take the least width") {
  CHECK(unsigned_form(0) == "00");
  CHECK(unsigned_form(127) == "7f");
  CHECK(unsigned_form(128) == "cc80");
  CHECK(unsigned_form(255) == "ccff");
  CHECK(unsigned_form(256) == "cd0100");
  CHECK(unsigned_form(65535) == "cdffff");
  CHECK(unsigned_form(65536) == "ce00010000");
  CHECK(unsigned_form(UINT32_MAX) == "ceffffffff");
  CHECK(unsigned_form(UINT64_C(1) << 32) == "cf0000000100000000");
  CHECK(unsigned_form(UINT64_MAX) == "cfffffffffffffffff");
}

TEST_CASE("signed numbers that are not negative take the unsigned forms") {
  CHECK(signed_form(200) == "ccc8");
  CHECK(signed_form(70000) == "ce00011170");
  CHECK(signed_form(3'000'000'000) == "ceb2d05e00");
  CHECK(signed_form(INT64_MAX) == "cf7fffffffffffffff");
}

TEST_CASE("negative numbers take the least width") {
  CHECK(signed_form(-1) == "ff");
  CHECK(signed_form(-32) == "e0");
  CHECK(signed_form(-33) == "d0df");
  CHECK(signed_form(-128) == "d080");
  CHECK(signed_form(-129) == "d1ff7f");
  CHECK(signed_form(INT16_MIN) == "d18000");
  CHECK(signed_form(INT16_MIN - 1) == "d2ffff7fff");
  CHECK(signed_form(INT32_MIN) == "d280000000");
  CHECK(signed_form(std::int64_t{INT32_MIN} - 1) == "d3ffffffff7fffffff");
  CHECK(signed_form(INT64_MIN) == "d38000000000000000");
}

TEST_CASE("texts of 32 bytes and more skip str8, which old readers do not know") {
  CHECK(text_head(0) == "a0");
  CHECK(text_head(31) == "bf");
  CHECK(text_head(32) == "da0020");
  CHECK(text_head(255) == "da00ff");
  CHECK(text_head(65535) == "daffff");
  CHECK(text_head(65536) == "db00010000");
}

TEST_CASE("bytes are written as text is, never as bin") {
  const Buffer raw = bytes("c4c5c6");
  CHECK(written([&](Writer& out) { out.raw(raw); }) == "a3c4c5c6");
}

TEST_CASE("arrays and maps take the least head") {
  CHECK(written([](Writer& out) { out.array(15); }) == "9f");
  CHECK(written([](Writer& out) { out.array(16); }) == "dc0010");
  CHECK(written([](Writer& out) { out.array(65536); }) == "dd00010000");
  CHECK(written([](Writer& out) { out.map(15); }) == "8f");
  CHECK(written([](Writer& out) { out.map(16); }) == "de0010");
  CHECK(written([](Writer& out) { out.map(65536); }) == "df00010000");
}

TEST_CASE("a real number is always eight bytes") {
  CHECK(written([](Writer& out) { out.real(0); }) == "cb0000000000000000");
  CHECK(written([](Writer& out) { out.real(1.5); }) == "cb3ff8000000000000");
}

TEST_CASE("nil, true and false are one byte") {
  CHECK(written([](Writer& out) { out.nil(); }) == "c0");
  CHECK(written([](Writer& out) { out.boolean(true); }) == "c3");
  CHECK(written([](Writer& out) { out.boolean(false); }) == "c2");
}

}  // namespace hearsay::tests
