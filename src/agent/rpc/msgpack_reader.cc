#include "agent/rpc/msgpack_reader.h"

#include <bit>
#include <limits>
#include <utility>

namespace hearsay::agent::rpc {

/// The part of a value that says what it is: the first byte with the number that belongs to it.
struct Reader::Head {
  Kind kind = Kind::none;  // none: cut short
  std::size_t size = 0;
  // A number, or its bit pattern if real; 0 or 1; how many bytes, elements or pairs follow.
  std::uint64_t value = 0;

  static Head at(swim::Bytes bytes) noexcept;
  static Head with_number(std::uint8_t tag, swim::Bytes bytes) noexcept;
};

namespace {

using Kind = Reader::Kind;

/// How a first byte is to be read: a number of `width` bytes follows, most significant first, or
/// those bits of the byte itself that `bits` picks are the number.
struct Form {
  Kind kind;
  std::uint8_t width;
  std::uint8_t bits = 0;
};

// c0 to df, in order. Extensions carry a type byte too; `other` forms count it with the payload.
constexpr std::array<Form, 32> long_forms = {{
    {Kind::nil, 0},      {Kind::none, 0},     {Kind::boolean, 0, 1}, {Kind::boolean, 0, 1},  // c0 - c3
    {Kind::binary, 1},   {Kind::binary, 2},   {Kind::binary, 4},                             // c4 - c6
    {Kind::other, 1},    {Kind::other, 2},    {Kind::other, 4},                              // c7 - c9
    {Kind::real, 4},     {Kind::real, 8},                                                    // ca, cb
    {Kind::positive, 1}, {Kind::positive, 2}, {Kind::positive, 4},   {Kind::positive, 8},    // cc - cf
    {Kind::negative, 1}, {Kind::negative, 2}, {Kind::negative, 4},   {Kind::negative, 8},    // d0 - d3
    {Kind::other, 0},    {Kind::other, 0},    {Kind::other, 0},      {Kind::other, 0},       // d4 - d7
    {Kind::other, 0},                                                                        // d8
    {Kind::text, 1},     {Kind::text, 2},     {Kind::text, 4},                               // d9 - db
    {Kind::array, 2},    {Kind::array, 4},                                                   // dc, dd
    {Kind::map, 2},      {Kind::map, 4},                                                     // de, df
}};

constexpr Form form_of(std::uint8_t tag) noexcept {
  if (tag < 0x80) {
    return {Kind::positive, 0, 0x7F};
  }
  if (tag < 0x90) {
    return {Kind::map, 0, 0x0F};
  }
  if (tag < 0xA0) {
    return {Kind::array, 0, 0x0F};
  }
  if (tag < 0xC0) {
    return {Kind::text, 0, 0x1F};
  }
  return tag < 0xE0 ? long_forms[tag - 0xC0U] : Form{Kind::negative, 0, 0xFF};
}

constexpr auto forms = [] {
  std::array<Form, 256> out{};
  for (std::size_t tag = 0; tag < out.size(); ++tag) {
    out[tag] = form_of(static_cast<std::uint8_t>(tag));
  }
  return out;
}();

std::uint64_t big_endian(swim::Bytes bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::byte b : bytes) {
    value = value << 8U | std::to_integer<std::uint64_t>(b);
  }
  return value;
}

/// Two's complement of `width` bytes, widened to 64 bits.
std::uint64_t sign_extended(std::uint64_t value, std::size_t width) noexcept {
  const auto unused = static_cast<unsigned>(64 - 8 * width);
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value << unused) >> unused);
}

bool has_payload(Kind kind) noexcept {
  return kind == Kind::text || kind == Kind::binary || kind == Kind::other;
}

/// How many values stand inside.
std::uint64_t children(Kind kind, std::uint64_t count) noexcept {
  return kind == Kind::map ? count * 2 : kind == Kind::array ? count : 0;
}

}  // namespace

/// Most values are short: their first byte says it all.
inline Reader::Head Reader::Head::at(swim::Bytes bytes) noexcept {
  if (bytes.empty()) {
    return {};
  }
  const auto tag = std::to_integer<std::uint8_t>(bytes[0]);
  const Form form = forms[tag];
  if (form.bits != 0 && form.kind != Kind::negative) {
    return {form.kind, 1, static_cast<std::uint64_t>(tag & form.bits)};
  }
  return with_number(tag, bytes);
}

Reader::Head Reader::Head::with_number(std::uint8_t tag, swim::Bytes bytes) noexcept {
  const Form form = forms[tag];
  const std::size_t size = 1U + form.width;
  if (bytes.size() < size) {
    return {};
  }
  std::uint64_t value = form.bits != 0 ? tag : big_endian(bytes.subspan(1, form.width));
  if (form.kind == Kind::negative) {
    value = sign_extended(value, form.bits != 0 ? 1 : form.width);
    if (static_cast<std::int64_t>(value) >= 0) {
      return {Kind::positive, size, value};
    }
  } else if (form.kind == Kind::real && form.width == 4) {
    value = std::bit_cast<std::uint64_t>(
        static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(value))));
  } else if (form.kind == Kind::other) {
    // The type byte, and for d4 to d8 one to sixteen bytes.
    value = 1 + (form.width == 0 ? 1U << (tag - 0xD4U) : value);
  }
  return {form.kind, size, value};
}

void Reader::fail() noexcept {
  failed_ = true;
  rest_ = {};
}

inline Reader::Head Reader::take() noexcept {
  const Head head = Head::at(rest_);
  if (head.kind == Kind::none) {
    fail();
  } else {
    rest_ = rest_.subspan(head.size);
  }
  return head;
}

inline swim::Bytes Reader::take_bytes(std::uint64_t size) noexcept {
  if (size > rest_.size()) {
    fail();
    return {};
  }
  const swim::Bytes taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

std::uint32_t Reader::take_count(const Head& head, Kind kind, std::uint32_t values_each) noexcept {
  if (head.kind == Kind::nil) {
    return 0;
  }
  // Each value takes a byte at least, so a count can be trusted to end a loop soon.
  if (head.kind != kind || head.value > rest_.size() / values_each) {
    fail();
    return 0;
  }
  return static_cast<std::uint32_t>(head.value);
}

std::uint32_t Reader::map() noexcept {
  return take_count(take(), Kind::map, 2);
}

std::uint32_t Reader::array() noexcept {
  return take_count(take(), Kind::array, 1);
}

std::string_view Reader::text() noexcept {
  const Head head = take();
  if (head.kind == Kind::text) {
    return swim::as_text(take_bytes(head.value));
  }
  if (head.kind != Kind::nil) {
    fail();
  }
  return {};
}

swim::Bytes Reader::bytes() noexcept {
  const Head head = take();
  if (head.kind == Kind::binary || head.kind == Kind::text) {
    return take_bytes(head.value);
  }
  if (head.kind != Kind::nil) {
    fail();
  }
  return {};
}

std::uint64_t Reader::unsigned_integer() noexcept {
  const Head head = take();
  if (head.kind != Kind::positive && head.kind != Kind::nil) {
    fail();
    return 0;
  }
  return head.value;
}

std::int64_t Reader::integer() noexcept {
  const Head head = take();
  const bool fits = head.kind == Kind::negative ||
                    (head.kind == Kind::positive && head.value <= std::numeric_limits<std::int64_t>::max());
  if (!fits && head.kind != Kind::nil) {
    fail();
    return 0;
  }
  return static_cast<std::int64_t>(head.value);
}

bool Reader::boolean() noexcept {
  const Head head = take();
  const bool number = head.kind == Kind::positive && head.value <= 1;
  if (head.kind != Kind::boolean && head.kind != Kind::nil && !number) {
    fail();
    return false;
  }
  return head.value != 0;
}

double Reader::real() noexcept {
  const Head head = take();
  switch (head.kind) {
    case Kind::real:
      return std::bit_cast<double>(head.value);
    case Kind::positive:
      return static_cast<double>(head.value);
    case Kind::negative:
      return static_cast<double>(static_cast<std::int64_t>(head.value));
    case Kind::nil:
      return 0;
    default:
      fail();
      return 0;
  }
}

void Reader::skip() noexcept {
  ObjectScanner scanner(rest_.size());
  if (scanner.scan(rest_) == ObjectScanner::Found::whole) {
    rest_ = rest_.subspan(scanner.size());
  } else {
    fail();
  }
}

Reader::Kind Reader::next() const noexcept {
  return Head::at(rest_).kind;
}

bool Reader::next_is_wide_unsigned() const noexcept {
  return !rest_.empty() && rest_[0] >= std::byte{0xCC} && rest_[0] <= std::byte{0xCF};
}

void ObjectScanner::reset() noexcept {
  left_[0] = 1;
  open_ = 1;
  position_ = 0;
}

ObjectScanner::Found ObjectScanner::scan(swim::Bytes bytes) noexcept {
  while (open_ > 0) {
    if (left_[open_ - 1] == 0) {
      --open_;
      continue;
    }
    if (position_ >= bytes.size()) {
      return Found::more;
    }
    const auto head = Reader::Head::at(bytes.subspan(position_));
    if (head.kind == Reader::Kind::none) {
      return bytes[position_] == std::byte{0xC1} ? Found::malformed : Found::more;
    }
    const std::uint64_t inside = has_payload(head.kind) ? head.value : children(head.kind, head.value);
    if (head.size + inside > size_max_ - position_) {
      return Found::too_large;
    }
    --left_[open_ - 1];
    position_ += head.size + (has_payload(head.kind) ? inside : 0);
    if (children(head.kind, head.value) > 0) {
      if (open_ == depth_max) {
        return Found::malformed;
      }
      left_[open_++] = inside;
    }
  }
  return position_ <= bytes.size() ? Found::whole : Found::more;
}

}  // namespace hearsay::agent::rpc
