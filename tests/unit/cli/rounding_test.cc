// floor and ceil of src/cli/rounding.cc, which this program is linked with, too. Called through
// pointers: else the compiler would work them out itself.
#include <cmath>
#include <initializer_list>
#include <limits>

#include <doctest/doctest.h>

namespace {

double (*volatile rounded_down)(double) = &floor;
double (*volatile rounded_up)(double) = &ceil;

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("floor and ceil round numbers of both signs") {
  struct Row {
    double value, down, up;
  };
  for (const Row& row : {Row{2.5, 2, 3}, Row{-2.5, -3, -2}, Row{7, 7, 7}, Row{-7, -7, -7}, Row{0.1, 0, 1},
                         Row{4503599627370495.5, 4503599627370495.0, 4503599627370496.0},
                         Row{-4503599627370495.5, -4503599627370496.0, -4503599627370495.0}}) {
    CAPTURE(row.value);
    CHECK(rounded_down(row.value) == row.down);
    CHECK(rounded_up(row.value) == row.up);
  }
}

TEST_CASE("what has no fraction stays as it is") {
  for (const double value : {4503599627370496.0, -1e300, 9007199254740993.0, infinity, -infinity}) {
    CAPTURE(value);
    CHECK(rounded_down(value) == value);
    CHECK(rounded_up(value) == value);
  }
  CHECK(std::isnan(rounded_down(std::nan(""))));
  CHECK(std::isnan(rounded_up(std::nan(""))));
}

TEST_CASE("a zero keeps its sign") {
  CHECK(std::signbit(rounded_down(-0.0)));
  CHECK_FALSE(std::signbit(rounded_down(0.0)));
  CHECK(std::signbit(rounded_up(-0.5)));
  CHECK_FALSE(std::signbit(rounded_up(0.0)));
}
