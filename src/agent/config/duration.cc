#include "agent/config/duration.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "agent/config/quote.h"

namespace hearsay::agent {
namespace {

using Nanoseconds = std::uint64_t;

// One more than a positive duration may have: the most negative one.
constexpr Nanoseconds magnitude_max = Nanoseconds{1} << 63U;

constexpr std::array<std::pair<std::string_view, Nanoseconds>, 8> units = {{
    {"ns", 1},
    {"us", 1'000},
    {"\xC2\xB5s", 1'000},  // micro sign
    {"\xCE\xBCs", 1'000},  // Greek mu
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the leading digits off; nothing on overflow.
std::optional<Nanoseconds> take_digits(std::string_view& text) {
  Nanoseconds value = 0;
  while (!text.empty() && is_digit(text.front())) {
    const auto digit = static_cast<Nanoseconds>(text.front() - '0');
    if (value > (magnitude_max - digit) / 10) {
      return std::nullopt;
    }
    value = value * 10 + digit;
    text.remove_prefix(1);
  }
  return value;
}

/// Takes the digits after a point off: what they make of `unit` is unit / divisor * digits.
struct Fraction {
  double digits = 0;
  double divisor = 1;
};

Fraction take_fraction(std::string_view& text) {
  Fraction out;
  while (!text.empty() && is_digit(text.front())) {
    if (out.digits < 1e15) {  // further digits say less than a nanosecond, and doubles hold these exactly
      out.digits = out.digits * 10 + (text.front() - '0');
      out.divisor *= 10;
    }
    text.remove_prefix(1);
  }
  return out;
}

/// The part up to the next number.
std::string_view take_unit(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] != '.' && !is_digit(text[length])) {
    ++length;
  }
  const std::string_view unit = text.substr(0, length);
  text.remove_prefix(length);
  return unit;
}

std::optional<Nanoseconds> unit_size(std::string_view name) {
  for (const auto& [known, size] : units) {
    if (known == name) {
      return size;
    }
  }
  return std::nullopt;
}

tl::unexpected<std::string> invalid(std::string_view whole) {
  return tl::unexpected("time: invalid duration " + quote(whole));
}

/// One number with its unit, taken off the front of `text`; `whole` is for the message.
tl::expected<Nanoseconds, std::string> take_term(std::string_view& text, std::string_view whole) {
  const std::size_t before = text.size();
  const auto whole_units = take_digits(text);
  const bool has_point = !text.empty() && text.front() == '.';
  if (has_point) {
    text.remove_prefix(1);
  }
  const Fraction fraction = has_point ? take_fraction(text) : Fraction{};
  const bool has_digits = before - text.size() > (has_point ? 1U : 0U);
  if (!whole_units || !has_digits) {
    return invalid(whole);
  }
  const std::string_view name = take_unit(text);
  if (name.empty()) {
    return tl::unexpected("time: missing unit in duration " + quote(whole));
  }
  const auto unit = unit_size(name);
  if (!unit) {
    return tl::unexpected("time: unknown unit " + quote(name) + " in duration " + quote(whole));
  }
  if (*whole_units > magnitude_max / *unit) {
    return invalid(whole);
  }
  const double part = fraction.digits * (static_cast<double>(*unit) / fraction.divisor);
  return *whole_units * *unit + static_cast<Nanoseconds>(part);
}

/// "1.5" from 1'500'000'000 and 9 places: no trailing zeros, no point without digits after it.
std::string decimal(Nanoseconds value, int places) {
  std::string fraction;
  for (; places > 0; --places, value /= 10) {
    if (value % 10 != 0 || !fraction.empty()) {
      fraction.insert(fraction.begin(), static_cast<char>('0' + value % 10));
    }
  }
  return std::to_string(value) + (fraction.empty() ? "" : "." + fraction);
}

std::string format_magnitude(Nanoseconds ns) {
  if (ns == 0) {
    return "0s";
  }
  if (ns < 1'000) {
    return decimal(ns, 0) + "ns";
  }
  if (ns < 1'000'000) {
    return decimal(ns, 3) + "\xC2\xB5s";
  }
  if (ns < 1'000'000'000) {
    return decimal(ns, 6) + "ms";
  }
  const Nanoseconds minutes = ns / 60'000'000'000;
  std::string out = decimal(ns % 60'000'000'000, 9) + "s";
  if (minutes > 0) {
    out.insert(0, std::to_string(minutes % 60) + "m");
  }
  if (minutes >= 60) {
    out.insert(0, std::to_string(minutes / 60) + "h");
  }
  return out;
}

}  // namespace

tl::expected<std::chrono::nanoseconds, std::string> parse_go_duration(std::string_view text) {
  const std::string_view whole = text;
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) {
    text.remove_prefix(1);
  }
  if (text == "0") {
    return std::chrono::nanoseconds::zero();
  }
  if (text.empty()) {
    return invalid(whole);
  }
  Nanoseconds sum = 0;
  while (!text.empty()) {
    const auto term = take_term(text, whole);
    if (!term) {
      return tl::unexpected(term.error());
    }
    if (*term > magnitude_max - sum) {
      return invalid(whole);
    }
    sum += *term;
  }
  if (!negative && sum == magnitude_max) {
    return invalid(whole);
  }
  // Two's complement: the unsigned negative of 2^63 is the most negative value.
  return std::chrono::nanoseconds(static_cast<std::int64_t>(negative ? 0 - sum : sum));
}

std::string format_go_duration(std::chrono::nanoseconds duration) {
  const bool negative = duration.count() < 0;
  const auto magnitude = static_cast<Nanoseconds>(duration.count());
  return negative ? "-" + format_magnitude(0 - magnitude) : format_magnitude(magnitude);
}

}  // namespace hearsay::agent
