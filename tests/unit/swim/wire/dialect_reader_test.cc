#include "swim/wire/dialect_reader.h"

#include <cmath>

#include <doctest/doctest.h>

#include "hex.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::wire::DecodeError;
using swim::wire::dialect::Reader;
using swim::wire::dialect::Scanner;
using swim::wire::dialect::Shape;

struct Number {
  bool good;
  std::uint64_t value;
  DecodeError error;
};

Number read_unsigned(std::string_view hex, std::uint64_t max) {
  const Buffer in = bytes(hex);
  Reader reader(in);
  std::uint64_t value = 0;
  const bool good = reader.unsigned_int(value, max);
  CHECK((!good || reader.position() == in.size()));
  return {good, value, reader.error()};
}

std::int64_t read_signed(std::string_view hex) {
  const Buffer in = bytes(hex);
  Reader reader(in);
  std::int64_t value = 0;
  REQUIRE(reader.signed_int(value));
  return value;
}

double read_real(std::string_view hex) {
  const Buffer in = bytes(hex);
  Reader reader(in);
  double value = -1;
  REQUIRE(reader.real(value));
  return value;
}

tl::expected<std::size_t, DecodeError> scan(std::string_view hex) {
  const Buffer in = bytes(hex);
  return Scanner().scan(in);
}

}  // namespace

TEST_CASE("an unsigned number is read in every form it may have") {
  for (const char* form : {"07", "cc07", "cd0007", "ce00000007", "cf0000000000000007", "d007", "d10007",
                           "d200000007", "d30000000000000007"}) {
    CAPTURE(form);
    const Number number = read_unsigned(form, 255);
    CHECK(number.good);
    CHECK(number.value == 7);
  }
  CHECK(read_unsigned("cfffffffffffffffff", UINT64_MAX).value == UINT64_MAX);
  CHECK(read_unsigned("c0", 255).value == 0);
}

TEST_CASE("a number outside its field is out of range, another type is wrong") {
  CHECK(read_unsigned("cd0100", 255).error == DecodeError::out_of_range);
  CHECK(read_unsigned("ccff", 255).good);
  for (const char* negative : {"ff", "e0", "d0ff", "d1ffff", "d2ffffffff", "d3ffffffffffffffff"}) {
    CAPTURE(negative);
    CHECK_FALSE(read_unsigned(negative, UINT64_MAX).good);
    CHECK(read_unsigned(negative, UINT64_MAX).error == DecodeError::out_of_range);
  }
  for (const char* other : {"c3", "a131", "c40131", "9101", "8101", "ca3f800000", "d40101", "c1"}) {
    CAPTURE(other);
    CHECK_FALSE(read_unsigned(other, UINT64_MAX).good);
    CHECK(read_unsigned(other, UINT64_MAX).error == DecodeError::wrong_type);
  }
}

TEST_CASE("a signed number keeps its sign in every width") {
  CHECK(read_signed("ff") == -1);
  CHECK(read_signed("e0") == -32);
  CHECK(read_signed("d080") == -128);
  CHECK(read_signed("d18000") == -32768);
  CHECK(read_signed("d280000000") == INT32_MIN);
  CHECK(read_signed("d38000000000000000") == INT64_MIN);
  CHECK(read_signed("cf7fffffffffffffff") == INT64_MAX);
  CHECK(read_signed("d200011170") == 70000);
  CHECK(read_signed("c0") == 0);
  const Buffer over = bytes("cf8000000000000000");
  Reader reader(over);
  std::int64_t value = 0;
  CHECK_FALSE(reader.signed_int(value));
  CHECK(reader.error() == DecodeError::out_of_range);
}

TEST_CASE("a real number may come as either float or as an integer") {
  CHECK(read_real("cb3ff8000000000000") == 1.5);
  CHECK(read_real("ca3fc00000") == 1.5);
  CHECK(read_real("05") == 5.0);
  CHECK(read_real("fb") == -5.0);
  CHECK(read_real("c0") == 0.0);
  CHECK(std::isnan(read_real("cb7ff8000000000000")));
}

TEST_CASE("true and false may come as 1 and 0, nil is false") {
  for (const char* form : {"c3", "c2", "01", "00", "c0"}) {
    CAPTURE(form);
    const bool expected = std::string_view(form) == "c3" || std::string_view(form) == "01";
    const Buffer in = bytes(form);
    Reader reader(in);
    bool value = !expected;
    REQUIRE(reader.boolean(value));
    CHECK(value == expected);
  }
  for (const char* form : {"02", "cc01", "ff", "a0"}) {
    CAPTURE(form);
    const Buffer in = bytes(form);
    Reader reader(in);
    bool value = false;
    CHECK_FALSE(reader.boolean(value));
    CHECK(reader.error() == DecodeError::wrong_type);
  }
}

TEST_CASE("text and bytes come in every raw and bin form and are not copied") {
  for (const char* form :
       {"a26162", "d9026162", "da00026162", "db000000026162", "c4026162", "c500026162", "c6000000026162"}) {
    CAPTURE(form);
    const Buffer in = bytes(form);
    Reader reader(in);
    std::string_view text;
    REQUIRE(reader.text(text));
    CHECK(text == "ab");
    CHECK(swim::as_bytes(text).data() == in.data() + in.size() - 2);
  }
}

TEST_CASE("nil is an empty text but no key") {
  const Buffer in = bytes("c0");
  std::string_view text = "before";
  CHECK(Reader(in).text(text));
  CHECK(text.empty());
  Reader reader(in);
  CHECK_FALSE(reader.key(text));
  CHECK(reader.error() == DecodeError::wrong_type);
}

TEST_CASE("a length or count beyond the bytes is truncation, not an allocation") {
  for (const char* form : {"a361", "daffff61", "dbffffffff61", "c6ffffffff61", "d9"}) {
    CAPTURE(form);
    const Buffer in = bytes(form);
    Reader reader(in);
    swim::Bytes raw;
    CHECK_FALSE(reader.raw(raw));
    CHECK(reader.error() == DecodeError::truncated);
  }
  std::uint32_t count = 0;
  const Buffer array = bytes("dc0003 0102");
  Reader reader(array);
  CHECK_FALSE(reader.array(count));
  CHECK(reader.error() == DecodeError::truncated);
  const Buffer map = bytes("82 a161 01 a162");  // four values want four bytes, and there are five
  CHECK(Reader(map).map(count));
  CHECK(count == 2);
}

TEST_CASE("a count over the limit is too many, whatever follows") {
  std::uint32_t count = 0;
  for (const char* form : {"dd00100001", "ddffffffff"}) {
    const Buffer in = bytes(form);
    Reader reader(in);
    CHECK_FALSE(reader.array(count));
    CHECK(reader.error() == DecodeError::too_many);
  }
  const Buffer in = bytes("93010203");
  Reader narrow(in);
  CHECK_FALSE(narrow.array(count, 2));
  CHECK(narrow.error() == DecodeError::too_many);
  CHECK(Reader(in).array(count, 3));
}

TEST_CASE("a struct is a map, an array or nil") {
  Shape shape;
  const Buffer map = bytes("81a16101");
  CHECK(Reader(map).structure(shape));
  CHECK_FALSE(shape.by_position);
  const Buffer array = bytes("920102");
  CHECK(Reader(array).structure(shape));
  CHECK(shape.by_position);
  CHECK(shape.count == 2);
  const Buffer nil = bytes("c0");
  CHECK(Reader(nil).structure(shape));
  CHECK(shape.count == 0);
  const Buffer text = bytes("a0");
  Reader reader(text);
  CHECK_FALSE(reader.structure(shape));
  CHECK(reader.error() == DecodeError::wrong_type);
}

TEST_CASE("skip passes over one value of any kind") {
  for (const char* form : {"c0",
                           "c2",
                           "07",
                           "ff",
                           "cc07",
                           "cd0007",
                           "ce00000007",
                           "cf0000000000000007",
                           "d007",
                           "d10007",
                           "d200000007",
                           "d30000000000000007",
                           "ca00000000",
                           "cb0000000000000000",
                           "a161",
                           "d90161",
                           "da000161",
                           "db0000000161",
                           "c40161",
                           "c5000161",
                           "c60000000161",
                           "d40105",
                           "d5010506",
                           "d60105060708",
                           "d7010506070805060708",
                           "d80105060708050607080506070805060708",
                           "c7020106 07",
                           "c800020106 07",
                           "c9000000020106 07",
                           "90",
                           "80",
                           "920192c0a161",
                           "82a1619101a16281a16305",
                           "dc000101",
                           "dd0000000101",
                           "de000101c0",
                           "df0000000101c0"}) {
    CAPTURE(form);
    Buffer in = bytes(form);
    const std::size_t size = in.size();
    in.push_back(std::byte{0x2a});
    Reader reader(in);
    REQUIRE(reader.skip());
    CHECK(reader.position() == size);
    for (std::size_t cut = 0; cut < size; ++cut) {
      Reader shorter(swim::Bytes(in).first(cut));
      CHECK_FALSE(shorter.skip());
      CHECK(shorter.error() == DecodeError::truncated);
    }
  }
}

TEST_CASE("sixteen containers inside each other pass, seventeen are too deep") {
  std::string arrays;
  for (int i = 0; i < 16; ++i) {
    arrays += "91";
  }
  CHECK(scan(arrays + "c0").value() == 17);
  CHECK(scan("91" + arrays + "c0").error() == DecodeError::too_deep);
  // Empty containers hold nothing and so nest nothing.
  CHECK(scan(arrays + "90").value() == 17);
}

TEST_CASE("the scanner passes each byte once, however the value is cut") {
  const Buffer value =
      bytes("84 a161 da0003616263 a162 93 01 92c2c3 cb3ff8000000000000 a163 de0001a178c0 a164 ceffffffff");
  Scanner scanner;
  for (std::size_t size = 0; size < value.size(); ++size) {
    const auto scanned = scanner.scan(swim::Bytes(value).first(size));
    REQUIRE_FALSE(scanned);
    CHECK(scanned.error() == DecodeError::truncated);
  }
  CHECK(scanner.scan(value).value() == value.size());
}

TEST_CASE("a reader that failed keeps its error and reads nothing more") {
  const Buffer in = bytes("c3 05");
  Reader reader(in);
  std::uint64_t number = 0;
  CHECK_FALSE(reader.unsigned_int(number, 10));
  CHECK_FALSE(reader.unsigned_int(number, 10));
  CHECK(reader.error() == DecodeError::truncated);
}

}  // namespace hearsay::tests
