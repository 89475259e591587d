#include <limits>

#include <doctest/doctest.h>

#include "../wire/hex.h"
#include "swim/gossip/coordinate.h"

namespace hearsay::tests {
namespace {

using swim::Buffer;
using swim::Bytes;
using swim::Coordinate;
using swim::decode_coordinate;
using swim::wire::DecodeError;

Buffer encoded(const Coordinate& coordinate) {
  Buffer out;
  encode_coordinate(coordinate, out);
  return out;
}

// What an agent sends that has measured nothing yet.
constexpr std::string_view initial =
    "0184aa41646a7573746d656e74cb0000000000000000a54572726f72cb3ff8000000000000a6486569676874cb3ee4f8b588e368"
    "f1"
    "a356656398cb0000000000000000cb0000000000000000cb0000000000000000cb0000000000000000"
    "cb0000000000000000cb0000000000000000cb0000000000000000cb0000000000000000";

}  // namespace

TEST_CASE("the initial coordinate is written as Serf writes it") {
  CHECK(hex(encoded(Coordinate())) == initial);
}

TEST_CASE("a coordinate comes back bit for bit") {
  Coordinate coordinate{.error = 0.1, .adjustment = -1e-300, .height = 5e-324};
  for (std::size_t i = 0; i < coordinate.vec.size(); ++i) {
    coordinate.vec[i] = 1.0 / static_cast<double>(i + 3);
  }
  CHECK(decode_coordinate(encoded(coordinate)) == coordinate);
}

TEST_CASE("each truncation of a coordinate is refused") {
  const Buffer payload = encoded(Coordinate());
  for (std::size_t size = 0; size < payload.size(); ++size) {
    const auto decoded = decode_coordinate(Bytes(payload).first(size));
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error() == DecodeError::truncated);
  }
}

TEST_CASE("another version and another number of dimensions are refused") {
  Buffer payload = encoded(Coordinate());
  payload[0] = std::byte{2};
  CHECK(decode_coordinate(payload).error() == DecodeError::out_of_range);
  CHECK(decode_coordinate(bytes("01 81 a3 566563 97 00000000000000")).error() == DecodeError::out_of_range);
  CHECK(decode_coordinate(bytes("01 81 a3 566563 99 000000000000000000")).error() ==
        DecodeError::out_of_range);
  CHECK(decode_coordinate(bytes("01 81 a3 566563 c0")).error() == DecodeError::out_of_range);
  CHECK(decode_coordinate(bytes("01 80")).error() == DecodeError::out_of_range);
}

TEST_CASE("missing numbers are zero, and integers are numbers") {
  const auto decoded = decode_coordinate(bytes("01 82 a3 566563 98 0102030405060708 a6 486569676874 05"));
  REQUIRE(decoded);
  CHECK(decoded->vec[7] == 8);
  CHECK(decoded->height == 5);
  CHECK(decoded->error == 0);
  CHECK(decoded->adjustment == 0);
}

TEST_CASE("one component that is not finite spoils the coordinate") {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity()}) {
    for (int which = 0; which < 11; ++which) {
      Coordinate coordinate;
      double& component = which == 8    ? coordinate.error
                          : which == 9  ? coordinate.adjustment
                          : which == 10 ? coordinate.height
                                        : coordinate.vec.at(static_cast<std::size_t>(which));
      component = bad;
      CHECK_FALSE(coordinate.valid());
      CHECK(decode_coordinate(encoded(coordinate)).error() == DecodeError::out_of_range);
    }
  }
  CHECK(Coordinate().valid());
}

}  // namespace hearsay::tests
