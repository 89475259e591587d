#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "agent/rpc/msgpack_reader.h"
#include "agent/rpc/msgpack_writer.h"
#include "hex.h"

using hearsay::agent::rpc::for_each_field;
using hearsay::agent::rpc::ObjectScanner;
using hearsay::agent::rpc::Reader;
using hearsay::agent::rpc::Writer;
using hearsay::swim::as_bytes;
using hearsay::swim::as_text;
using hearsay::swim::Buffer;
using hearsay::test::from_hex;
using hearsay::test::to_hex;
using Found = ObjectScanner::Found;

namespace {

/// What `write(Writer)` writes, in hexadecimal.
template <class Write>
std::string written(Write&& write) {
  Buffer out;
  write(Writer(out));
  return to_hex(as_text(out));
}

std::string unsigned_form(std::uint64_t value) {
  return written([&](Writer out) { out.unsigned_integer(value); });
}

std::string signed_form(std::int64_t value) {
  return written([&](Writer out) { out.integer(value); });
}

/// What `read(Reader&)` returns, and that it used all of the bytes without failing.
template <class Read>
auto whole(std::string_view hex, Read&& read) {
  const std::string bytes = from_hex(hex);
  Reader in(as_bytes(bytes));
  auto value = read(in);
  CHECK_FALSE(in.failed());
  CHECK(in.rest().empty());
  return value;
}

template <class Read>
bool fails(std::string_view hex, Read&& read) {
  const std::string bytes = from_hex(hex);
  Reader in(as_bytes(bytes));
  static_cast<void>(read(in));
  return in.failed();
}

constexpr auto read_integer = [](Reader& in) { return in.integer(); };
constexpr auto read_unsigned = [](Reader& in) { return in.unsigned_integer(); };
constexpr auto read_text = [](Reader& in) { return std::string(in.text()); };
constexpr auto read_bytes = [](Reader& in) { return std::string(as_text(in.bytes())); };
constexpr auto read_real = [](Reader& in) { return in.real(); };
constexpr auto read_boolean = [](Reader& in) { return in.boolean(); };

/// A map that holds every form there is.
const std::string zoo = from_hex(
    "8e a0 c0 a161 c2 a162 c3 a163 7f a164 e0 a165 ccff a166 d1ff00 a167 cb3ff8000000000000 a168 ca3fc00000"
    "a169 d903616263 a16a c403010203 a16b 93 01 02 9101 a16c 81 a16d dc0001c0 a16e d5 01 0203");

}  // namespace

TEST_CASE("positive integers are written in the shortest unsigned form") {
  CHECK(unsigned_form(0) == "00");
  CHECK(unsigned_form(127) == "7f");
  CHECK(unsigned_form(128) == "cc80");
  CHECK(unsigned_form(255) == "ccff");
  CHECK(unsigned_form(256) == "cd0100");
  CHECK(unsigned_form(65535) == "cdffff");
  CHECK(unsigned_form(65536) == "ce00010000");
  CHECK(unsigned_form(0xFFFFFFFF) == "ceffffffff");
  CHECK(unsigned_form(0x100000000) == "cf0000000100000000");
  CHECK(signed_form(128) == "cc80");
}

TEST_CASE("negative integers are written in the shortest signed form") {
  CHECK(signed_form(-1) == "ff");
  CHECK(signed_form(-32) == "e0");
  CHECK(signed_form(-33) == "d0df");
  CHECK(signed_form(-128) == "d080");
  CHECK(signed_form(-129) == "d1ff7f");
  CHECK(signed_form(-32768) == "d18000");
  CHECK(signed_form(-32769) == "d2ffff7fff");
  CHECK(signed_form(std::numeric_limits<std::int32_t>::min()) == "d280000000");
  CHECK(signed_form(std::numeric_limits<std::int64_t>::min()) == "d38000000000000000");
}

TEST_CASE("lengths choose the form of text, binary, maps and arrays") {
  const auto head_of = [](std::string_view hex, std::size_t bytes) {
    return std::string(hex.substr(0, 2 * bytes));
  };
  const auto text = [](std::size_t size) {
    return written([&](Writer out) { out.text(std::string(size, 'x')); });
  };
  CHECK(head_of(text(0), 1) == "a0");
  CHECK(head_of(text(31), 1) == "bf");
  CHECK(head_of(text(32), 2) == "d920");
  CHECK(head_of(text(255), 2) == "d9ff");
  CHECK(head_of(text(256), 3) == "da0100");
  CHECK(head_of(text(65536), 5) == "db00010000");
  const auto binary = [](std::size_t size) {
    return written([&](Writer out) { out.binary(as_bytes(std::string(size, 'x'))); });
  };
  CHECK(head_of(binary(0), 2) == "c400");
  CHECK(head_of(binary(255), 2) == "c4ff");
  CHECK(head_of(binary(256), 3) == "c50100");
  CHECK(head_of(binary(65536), 5) == "c600010000");
  CHECK(written([](Writer out) { out.map(15); }) == "8f");
  CHECK(written([](Writer out) { out.map(16); }) == "de0010");
  CHECK(written([](Writer out) { out.array(15); }) == "9f");
  CHECK(written([](Writer out) { out.array(16); }) == "dc0010");
  CHECK(written([](Writer out) { out.array(65536); }) == "dd00010000");
  CHECK(written([](Writer out) { out.boolean(true).boolean(false).nil().real(1.5); }) ==
        "c3c2c0cb3ff8000000000000");
}

TEST_CASE("integers are read in every form that holds them") {
  CHECK(whole("05", read_integer) == 5);
  CHECK(whole("ff", read_integer) == -1);
  CHECK(whole("d0ff", read_integer) == -1);
  CHECK(whole("d1ff7f", read_integer) == -129);
  CHECK(whole("d2ffffffff", read_integer) == -1);
  CHECK(whole("d38000000000000000", read_integer) == std::numeric_limits<std::int64_t>::min());
  CHECK(whole("d10080", read_unsigned) == 128);
  CHECK(whole("cfffffffffffffffff", read_unsigned) == std::numeric_limits<std::uint64_t>::max());
  CHECK(whole("c0", read_unsigned) == 0);
  CHECK(fails("ff", read_unsigned));
  CHECK(fails("cfffffffffffffffff", read_integer));
  CHECK(fails("a0", read_integer));
  CHECK(fails("cd00", read_integer));
}

TEST_CASE("text is no binary, but bytes may come as text") {
  CHECK(whole("a3616263", read_text) == "abc");
  CHECK(whole("d903616263", read_text) == "abc");
  CHECK(whole("da0003616263", read_text) == "abc");
  CHECK(whole("c0", read_text).empty());
  CHECK(fails("c403616263", read_text));
  CHECK(fails("a4616263", read_text));
  CHECK(fails("dbffffffff61", read_text));
  CHECK(whole("c403616263", read_bytes) == "abc");
  CHECK(whole("a3616263", read_bytes) == "abc");
  CHECK(whole("c0", read_bytes).empty());
  CHECK(fails("01", read_bytes));
}

TEST_CASE("numbers stand in for booleans and floats as Go lets them") {
  CHECK(whole("c3", read_boolean));
  CHECK(whole("01", read_boolean));
  CHECK_FALSE(whole("c0", read_boolean));
  CHECK(fails("02", read_boolean));
  CHECK(whole("cb3ff8000000000000", read_real) == 1.5);
  CHECK(whole("ca3fc00000", read_real) == 1.5);
  CHECK(whole("ff", read_real) == -1.0);
  CHECK(fails("a0", read_real));
}

TEST_CASE("a count that the bytes cannot hold is refused before anybody loops over it") {
  const auto read_map = [](Reader& in) { return in.map(); };
  const auto read_array = [](Reader& in) { return in.array(); };
  CHECK(whole("80", read_map) == 0);
  CHECK(fails("81a0", read_map));
  CHECK(fails("dfffffffff00", read_map));
  CHECK(fails("ddffffffff00", read_array));
  CHECK(fails("9100", [](Reader& in) { return in.map(); }));
}

TEST_CASE("after a failure everything is empty and stays so") {
  const std::string bytes = from_hex("ff 05");
  Reader in(as_bytes(bytes));
  CHECK(in.unsigned_integer() == 0);
  CHECK(in.unsigned_integer() == 0);
  CHECK(in.text().empty());
  CHECK(in.failed());
}

TEST_CASE("fields nobody asked for are skipped, whatever is in them") {
  Reader in(as_bytes(zoo));
  std::vector<std::string> keys;
  for_each_field(in, [&](std::string_view key) {
    keys.emplace_back(key);
    return false;
  });
  CHECK_FALSE(in.failed());
  CHECK(in.rest().empty());
  CHECK(keys.size() == 14);
  CHECK(keys.back() == "n");
}

TEST_CASE("an object is found whole at its last byte and not before, in pieces of any size") {
  const std::string bytes = zoo + "\x01";  // and something behind it
  for (std::size_t step = 1; step <= zoo.size(); ++step) {
    ObjectScanner scanner(1000);
    std::size_t seen = 0;
    while (seen + step < zoo.size()) {
      seen += step;
      CHECK(scanner.scan(as_bytes(std::string_view(bytes).substr(0, seen))) == Found::more);
    }
    CHECK(scanner.scan(as_bytes(bytes)) == Found::whole);
    CHECK(scanner.size() == zoo.size());
  }
}

TEST_CASE("a scanner that was reset finds the next object") {
  ObjectScanner scanner(10);
  CHECK(scanner.scan(as_bytes("\x92\x01\x02")) == Found::whole);
  scanner.reset();
  CHECK(scanner.scan(as_bytes("\x05")) == Found::whole);
  CHECK(scanner.size() == 1);
}

TEST_CASE("an object may be as large as the limit and no larger") {
  const std::string text = from_hex("d910") + std::string(16, 'x');
  CHECK(ObjectScanner(18).scan(as_bytes(text)) == Found::whole);
  CHECK(ObjectScanner(17).scan(as_bytes(text)) == Found::too_large);
  // What is declared counts, before it comes.
  CHECK(ObjectScanner(1U << 20U).scan(as_bytes(from_hex("dbffffffff"))) == Found::too_large);
  CHECK(ObjectScanner(1U << 20U).scan(as_bytes(from_hex("ddffffffff"))) == Found::too_large);
  CHECK(ObjectScanner(1U << 20U).scan(as_bytes(from_hex("dfffffffff"))) == Found::too_large);
}

TEST_CASE("nesting beyond the limit and the byte that msgpack never uses are malformed") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '\x91') + "\x01"; };
  CHECK(ObjectScanner(1000).scan(as_bytes(nested(ObjectScanner::depth_max - 1))) == Found::whole);
  CHECK(ObjectScanner(1000).scan(as_bytes(nested(ObjectScanner::depth_max))) == Found::malformed);
  CHECK(ObjectScanner(1000).scan(as_bytes("\xc1")) == Found::malformed);
  CHECK(ObjectScanner(1000).scan(as_bytes("\x92\x01\xc1")) == Found::malformed);
}

TEST_CASE("bytes of chance are read without harm, and a whole object is never longer than what there is") {
  std::mt19937 chance(7);  // NOLINT(cert-msc51-cpp): the same bytes every time
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(chance() % 40, '\0');
    for (char& c : bytes) {
      c = static_cast<char>(chance());
    }
    ObjectScanner scanner(64);
    if (scanner.scan(as_bytes(bytes)) == Found::whole) {
      REQUIRE(scanner.size() <= bytes.size());
    }
    Reader in(as_bytes(bytes));
    in.skip();
    CHECK((in.failed() || in.rest().size() < bytes.size()));
  }
}
