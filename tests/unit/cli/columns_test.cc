#include "cli/columns.h"

#include <doctest/doctest.h>

#include <vector>

using hearsay::cli::align_columns;
using hearsay::cli::trim;

namespace {

std::string aligned(const std::vector<std::string>& lines) {
  return align_columns(lines);
}

}  // namespace

TEST_CASE("columns are as wide as their widest field, with two spaces between") {
  CHECK(aligned({"a|bb|c", "aaa|b|cc"}) == "a    bb  c\naaa  b   cc");
}

TEST_CASE("the last field of a line is not padded, even where others have more") {
  CHECK(aligned({"a|b", "a|bbb|c"}) == "a  b\na  bbb  c");
}

TEST_CASE("an empty last field leaves the gap before it") {
  CHECK(aligned({"a|", "b|x"}) == "a  \nb  x");
}

TEST_CASE("fields are trimmed") {
  CHECK(aligned({" a | b\t", "cc|d"}) == "a   b\ncc  d");
}

TEST_CASE("width is counted in characters, not bytes") {
  CHECK(aligned({"\xC3\xA9|x", "ab|y"}) == "\xC3\xA9   x\nab  y");
}

TEST_CASE("no lines are no text") {
  CHECK(aligned({}).empty());
  CHECK(aligned({""}).empty());
}

TEST_CASE("trimming takes white space at both ends and leaves the rest") {
  CHECK(trim(" \t a b\n") == "a b");
  CHECK(trim(" \n ").empty());
  CHECK(trim("").empty());
}
