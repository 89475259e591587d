#include "swim/wire/label.h"

#include <string>

#include <doctest/doctest.h>

#include "hex.h"

namespace hearsay::tests {

using swim::Buffer;
using swim::wire::LabelError;
using swim::wire::read_label;
using swim::wire::write_label;

TEST_CASE("labels of 1 and 255 bytes come back, an empty one leaves no header") {
  for (const std::size_t size : {1U, 255U}) {
    const Buffer label(size, std::byte{'x'});
    Buffer out;
    write_label(label, out);
    const auto read = read_label(out);
    REQUIRE(read);
    CHECK(read->size == size + 2);
    CHECK(swim::equal(read->label, label));
  }
  Buffer out;
  write_label({}, out);
  CHECK(out.empty());
}

TEST_CASE("bytes without a label header have none") {
  CHECK(read_label({})->size == 0);
  CHECK(read_label(bytes("0011"))->size == 0);
}

TEST_CASE("a label header that is cut off wants more, one of no bytes is broken") {
  CHECK(read_label(bytes("f4")).error() == LabelError::incomplete);
  CHECK(read_label(bytes("f402 61")).error() == LabelError::incomplete);
  CHECK(read_label(bytes("f400 61")).error() == LabelError::empty);
}

}  // namespace hearsay::tests
