// floor and ceil, for the standard library's hash tables: they round bucket counts with them.
//
// Nothing else here needs the math library, and loading it for these two costs every agent 130 KiB
// of resident memory and every command the time of one more library (docs/decisions/0013).
#include <cstdint>

namespace {

/// From here on a double has no fraction: 2^52.
constexpr double whole_from = 4503599627370496.0;

double rounded_down(double value) noexcept {
  // Not in between: whole already, infinite, or not a number.
  if (!(value > -whole_from && value < whole_from)) {
    return value;
  }
  const auto toward_zero = static_cast<double>(static_cast<std::int64_t>(value));
  return __builtin_copysign(toward_zero > value ? toward_zero - 1 : toward_zero, value);
}

}  // namespace

extern "C" double floor(double value) {
  return rounded_down(value);
}
extern "C" double ceil(double value) {
  return -rounded_down(-value);
}
