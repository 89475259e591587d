#include "swim/wire/lzw.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hex.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::Bytes;
using swim::wire::lzw_compress;
using swim::wire::lzw_expand;
using swim::wire::lzw_expanded_size;
using swim::wire::LzwError;

Buffer compressed(Bytes plain) {
  Buffer out;
  lzw_compress(plain, out);
  return out;
}

/// Codes of nine bits packed as LZW packs them.
Buffer codes(const std::vector<std::uint32_t>& list) {
  Buffer out;
  std::uint32_t bits = 0;
  unsigned used = 0;
  for (const std::uint32_t code : list) {
    bits |= code << used;
    for (used += 9; used >= 8; used -= 8) {
      out.push_back(static_cast<std::byte>(bits));
      bits >>= 8;
    }
  }
  out.push_back(static_cast<std::byte>(bits));
  return out;
}

LzwError expand_error(Bytes packed, std::size_t limit = 1000) {
  Buffer out;
  return lzw_expand(packed, limit, out).error();
}

/// Repeats enough to be worth compressing, and changes enough to fill the table.
Buffer sample(std::size_t size) {
  Buffer out(size);
  std::uint32_t x = 7;
  for (std::byte& byte : out) {
    x = x * 1664525U + 1013904223U;
    byte = static_cast<std::byte>("abcdefgh"[x >> 29]);
  }
  return out;
}

}  // namespace

TEST_CASE("what is compressed expands to itself, through several full tables") {
  for (const std::size_t size : {0U, 1U, 2U, 255U, 1400U, 20'000U, 100'000U}) {
    CAPTURE(size);
    const Buffer plain = sample(size);
    Buffer again;
    REQUIRE(lzw_expand(compressed(plain), size, again));
    CHECK(lzw_expanded_size(compressed(plain), size) == size);
    CHECK(again == plain);
  }
}

TEST_CASE("both directions append to what is there") {
  Buffer packed = bytes("ff");
  lzw_compress(swim::as_bytes("abc"), packed);
  CHECK(packed[0] == std::byte{0xff});
  Buffer plain = bytes("ee");
  REQUIRE(lzw_expand(Bytes(packed).subspan(1), 3, plain));
  CHECK(hex(plain) == "ee616263");
}

TEST_CASE("the leading clear code may be missing, and clears may stand anywhere") {
  for (const auto& list : std::vector<std::vector<std::uint32_t>>{{97, 98, 258, 257},
                                                                  {256, 97, 98, 258, 257},
                                                                  {256, 256, 97, 98, 258, 257},
                                                                  {97, 256, 98, 97, 98, 257}}) {
    Buffer out;
    REQUIRE(lzw_expand(codes(list), 10, out));
    CHECK(swim::as_text(out) == "abab");
  }
}

TEST_CASE("a string may be used while it is being made") {
  Buffer out;
  REQUIRE(lzw_expand(codes({256, 97, 258, 259, 257}), 10, out));
  CHECK(swim::as_text(out) == "aaaaaa");
}

TEST_CASE("codes that stand for nothing yet are refused") {
  CHECK(expand_error(codes({256, 258, 257})) == LzwError::bad_code);          // before any string
  CHECK(expand_error(codes({256, 97, 259, 257})) == LzwError::bad_code);      // one too far
  CHECK(expand_error(codes({97, 98, 256, 258, 257})) == LzwError::bad_code);  // from before the clear
}

TEST_CASE("a stream without its end code is refused, wherever it stops") {
  const Buffer packed = compressed(sample(300));
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CHECK(expand_error(Bytes(packed).first(size)) == LzwError::no_end_code);
  }
}

TEST_CASE("what follows the end code is not looked at") {
  Buffer packed = compressed(swim::as_bytes("abc"));
  packed.resize(packed.size() + 100, std::byte{0xff});
  Buffer out;
  REQUIRE(lzw_expand(packed, 3, out));
  CHECK(swim::as_text(out) == "abc");
}

TEST_CASE("the limit is met to the byte") {
  const Buffer packed = compressed(Buffer(5000, std::byte{'x'}));
  Buffer out;
  CHECK(lzw_expand(packed, 5000, out));
  CHECK(expand_error(packed, 4999) == LzwError::too_large);
  CHECK(expand_error(packed, 0) == LzwError::too_large);
}

TEST_CASE("memory follows the output, not the limit") {
  Buffer out;
  REQUIRE(lzw_expand(compressed(swim::as_bytes("abc")), std::size_t{1} << 30, out));
  CHECK(out.capacity() <= 2048);
}

TEST_CASE("a full table stays as it is until a clear, as other writers leave it") {
  // 9-bit to 12-bit codes by hand: literals alone fill the table, and no clear follows.
  Buffer packed;
  std::uint32_t bits = 0;
  unsigned used = 0;
  unsigned width = 9;
  const auto put = [&](std::uint32_t code) {
    bits |= code << used;
    for (used += width; used >= 8; used -= 8) {
      packed.push_back(static_cast<std::byte>(bits));
      bits >>= 8;
    }
  };
  put(256);
  for (std::uint32_t strings = 1; strings <= 4000; ++strings) {
    put(static_cast<std::uint32_t>('a') + strings % 2);
    const std::uint32_t next = 257 + strings;
    width = next >= 2048 ? 12 : next >= 1024 ? 11 : next >= 512 ? 10 : 9;
  }
  put(4095);  // the last entry there is
  put(258);
  put(257);
  packed.push_back(static_cast<std::byte>(bits));
  Buffer out;
  REQUIRE(lzw_expand(packed, 10'000, out));
  CHECK(out.size() == 4004);
  CHECK(swim::as_text(Bytes(out).last(6)) == "baabba");
}

}  // namespace hearsay::tests
