#include "swim/wire/dialect_reader.h"

#include <bit>

namespace hearsay::swim::wire::dialect {
namespace {

struct Form {
  Kind kind;
  std::uint8_t width;  // bytes of the number after the first byte
  std::uint8_t fixed;  // the number itself where width is 0
};

// First bytes c0 to df; the others carry their number in themselves.
constexpr std::array<Form, 32> forms = {{
    {Kind::nil, 0, 0},          {Kind::invalid, 0, 0},      {Kind::boolean, 0, 0},
    {Kind::boolean, 0, 1},      {Kind::bin, 1, 0},          {Kind::bin, 2, 0},
    {Kind::bin, 4, 0},          {Kind::ext, 1, 0},          {Kind::ext, 2, 0},
    {Kind::ext, 4, 0},          {Kind::float32, 4, 0},      {Kind::float64, 8, 0},
    {Kind::unsigned_int, 1, 0}, {Kind::unsigned_int, 2, 0}, {Kind::unsigned_int, 4, 0},
    {Kind::unsigned_int, 8, 0}, {Kind::signed_int, 1, 0},   {Kind::signed_int, 2, 0},
    {Kind::signed_int, 4, 0},   {Kind::signed_int, 8, 0},   {Kind::ext, 0, 1},
    {Kind::ext, 0, 2},          {Kind::ext, 0, 4},          {Kind::ext, 0, 8},
    {Kind::ext, 0, 16},         {Kind::raw, 1, 0},          {Kind::raw, 2, 0},
    {Kind::raw, 4, 0},          {Kind::array, 2, 0},        {Kind::array, 4, 0},
    {Kind::map, 2, 0},          {Kind::map, 4, 0},
}};

std::uint64_t big_endian(Bytes bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes) {
    value = value << 8 | std::to_integer<std::uint64_t>(byte);
  }
  return value;
}

std::uint64_t sign_extended(std::uint64_t value, unsigned width) noexcept {
  const unsigned unused = 64 - 8 * width;
  return std::bit_cast<std::uint64_t>(std::bit_cast<std::int64_t>(value << unused) >> unused);
}

Head small_head(unsigned first) noexcept {
  if (first < 0x80) {
    return {Kind::unsigned_int, 1, first};
  }
  if (first < 0x90) {
    return {Kind::map, 1, first & 0x0f};
  }
  if (first < 0xa0) {
    return {Kind::array, 1, first & 0x0f};
  }
  if (first < 0xc0) {
    return {Kind::raw, 1, first & 0x1f};
  }
  return {Kind::signed_int, 1, sign_extended(first, 1)};
}

}  // namespace

std::uint64_t Head::payload() const noexcept {
  return kind == Kind::raw || kind == Kind::bin || kind == Kind::ext ? value : 0;
}

std::uint64_t Head::children() const noexcept {
  if (kind == Kind::map) {
    return 2 * value;
  }
  return kind == Kind::array ? value : 0;
}

tl::expected<Head, DecodeError> read_head(Bytes at) noexcept {
  if (at.empty()) {
    return tl::unexpected(DecodeError::truncated);
  }
  const auto first = std::to_integer<unsigned>(at[0]);
  if (first < 0xc0 || first >= 0xe0) {
    return small_head(first);
  }
  const Form& form = forms[first - 0xc0];
  if (form.kind == Kind::invalid) {
    return tl::unexpected(DecodeError::wrong_type);
  }
  if (at.size() <= form.width) {
    return tl::unexpected(DecodeError::truncated);
  }
  std::uint64_t value = form.width == 0 ? form.fixed : big_endian(at.subspan(1, form.width));
  if (form.kind == Kind::signed_int) {
    value = sign_extended(value, form.width);
  } else if (form.kind == Kind::ext) {
    ++value;  // its type byte
  }
  return Head{form.kind, static_cast<std::uint8_t>(1 + form.width), value};
}

void Scanner::close_finished() noexcept {
  while (depth_ > 0 && left_[depth_ - 1] == 0) {
    --depth_;
  }
}

tl::expected<void, DecodeError> Scanner::step(Bytes rest) noexcept {
  const auto head = read_head(rest);
  if (!head) {
    return tl::unexpected(head.error());
  }
  if (rest.size() - head->size < head->payload()) {
    return tl::unexpected(DecodeError::truncated);
  }
  --left_[depth_ - 1];
  if (const std::uint64_t children = head->children(); children > 0) {
    if (head->value > container_max) {
      return tl::unexpected(DecodeError::too_many);
    }
    if (depth_ > depth_max) {
      return tl::unexpected(DecodeError::too_deep);
    }
    left_[depth_++] = children;
  }
  at_ += head->size + head->payload();
  close_finished();
  return {};
}

/// Keys, most text and most numbers carry their size in their first byte. Passes as many of them as
/// stand here and are whole, but for the last value of their container: step() closes it.
void Scanner::pass_small(Bytes value) noexcept {
  std::uint64_t left = left_[depth_ - 1];
  std::size_t at = at_;
  while (left > 1 && at < value.size()) {
    const auto first = std::to_integer<unsigned>(value[at]);
    const bool number = first < 0x80 || first >= 0xe0;
    const bool text = (first & 0xe0U) == 0xa0U;
    const std::size_t size = text ? 1 + (first & 0x1fU) : 1;
    if ((!number && !text) || size > value.size() - at) {
      break;
    }
    at += size;
    --left;
  }
  at_ = at;
  left_[depth_ - 1] = left;
}

tl::expected<std::size_t, DecodeError> Scanner::scan(Bytes value) noexcept {
  while (depth_ > 0) {
    pass_small(value);
    if (auto stepped = step(value.subspan(at_)); !stepped) {
      return tl::unexpected(stepped.error());
    }
  }
  return at_;
}

bool Reader::fail(DecodeError error) noexcept {
  error_ = error;
  in_ = {};
  at_ = 0;
  return false;
}

bool Reader::head(Head& out) noexcept {
  const auto head = read_head(rest());
  if (!head) {
    return fail(head.error());
  }
  out = *head;
  at_ += out.size;
  return true;
}

bool Reader::boolean(bool& out) noexcept {
  Head value;
  if (!head(value)) {
    return false;
  }
  const bool fits = value.kind == Kind::nil || value.kind == Kind::boolean ||
                    (value.kind == Kind::unsigned_int && value.size == 1 && value.value <= 1);
  out = value.value != 0;
  return fits || fail(DecodeError::wrong_type);
}

bool Reader::unsigned_int(std::uint64_t& out, std::uint64_t max) noexcept {
  if (at_ < in_.size() && in_[at_] < std::byte{0x80}) {  // as most are
    out = std::to_integer<std::uint64_t>(in_[at_++]);
    return out <= max || fail(DecodeError::out_of_range);
  }
  Head value;
  if (!head(value)) {
    return false;
  }
  if (value.kind == Kind::signed_int && std::bit_cast<std::int64_t>(value.value) < 0) {
    return fail(DecodeError::out_of_range);
  }
  if (value.kind != Kind::unsigned_int && value.kind != Kind::signed_int && value.kind != Kind::nil) {
    return fail(DecodeError::wrong_type);
  }
  out = value.value;
  return out <= max || fail(DecodeError::out_of_range);
}

bool Reader::signed_int(std::int64_t& out) noexcept {
  Head value;
  if (!head(value)) {
    return false;
  }
  out = std::bit_cast<std::int64_t>(value.value);
  if (value.kind == Kind::unsigned_int) {
    return out >= 0 || fail(DecodeError::out_of_range);
  }
  return value.kind == Kind::signed_int || value.kind == Kind::nil || fail(DecodeError::wrong_type);
}

bool Reader::real(double& out) noexcept {
  Head value;
  if (!head(value)) {
    return false;
  }
  switch (value.kind) {
    case Kind::float64:
      out = std::bit_cast<double>(value.value);
      return true;
    case Kind::float32:
      out = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(value.value)));
      return true;
    case Kind::signed_int:
      out = static_cast<double>(std::bit_cast<std::int64_t>(value.value));
      return true;
    case Kind::nil:
    case Kind::unsigned_int:
      out = static_cast<double>(value.value);
      return true;
    default:
      return fail(DecodeError::wrong_type);
  }
}

bool Reader::bytes_of(const Head& head, Bytes& out) noexcept {
  if (head.kind != Kind::raw && head.kind != Kind::bin) {
    return fail(DecodeError::wrong_type);
  }
  if (head.value > rest().size()) {
    return fail(DecodeError::truncated);
  }
  out = in_.subspan(at_, head.value);
  at_ += head.value;
  return true;
}

/// Nearly every key and most values are shorter than 32 bytes. False, with nothing read: not this one.
inline bool Reader::short_text(std::string_view& out) noexcept {
  const Bytes rest = in_.subspan(at_);
  if (rest.empty() || (rest[0] & std::byte{0xe0}) != std::byte{0xa0}) {
    return false;
  }
  const auto size = std::to_integer<std::size_t>(rest[0] & std::byte{0x1f});
  if (size >= rest.size()) {
    return false;
  }
  out = as_text(rest.subspan(1, size));
  at_ += 1 + size;
  return true;
}

bool Reader::raw(Bytes& out) noexcept {
  if (std::string_view text; short_text(text)) {
    out = as_bytes(text);
    return true;
  }
  Head value;
  if (!head(value)) {
    return false;
  }
  if (value.kind == Kind::nil) {
    out = {};
    return true;
  }
  return bytes_of(value, out);
}

bool Reader::text(std::string_view& out) noexcept {
  Bytes bytes;
  if (!raw(bytes)) {
    return false;
  }
  out = as_text(bytes);
  return true;
}

bool Reader::key(std::string_view& out) noexcept {
  if (short_text(out)) {
    return true;
  }
  Head value;
  Bytes bytes;
  if (!head(value) || !bytes_of(value, bytes)) {
    return false;
  }
  out = as_text(bytes);
  return true;
}

bool Reader::count_of(const Head& head, std::uint32_t max, std::uint32_t& out) noexcept {
  if (head.value > max) {
    return fail(DecodeError::too_many);
  }
  // Every child takes a byte at least, so a count above the bytes left cannot be met.
  if (head.children() > rest().size()) {
    return fail(DecodeError::truncated);
  }
  out = static_cast<std::uint32_t>(head.value);
  return true;
}

bool Reader::array(std::uint32_t& count, std::uint32_t max) noexcept {
  Head value;
  if (!head(value)) {
    return false;
  }
  if (value.kind != Kind::array && value.kind != Kind::nil) {
    return fail(DecodeError::wrong_type);
  }
  return count_of(value, max, count);
}

bool Reader::map(std::uint32_t& count, std::uint32_t max) noexcept {
  Head value;
  if (!head(value)) {
    return false;
  }
  if (value.kind != Kind::map && value.kind != Kind::nil) {
    return fail(DecodeError::wrong_type);
  }
  return count_of(value, max, count);
}

bool Reader::structure(Shape& shape) noexcept {
  Head value;
  if (!head(value)) {
    return false;
  }
  if (value.kind != Kind::map && value.kind != Kind::array && value.kind != Kind::nil) {
    return fail(DecodeError::wrong_type);
  }
  shape.by_position = value.kind == Kind::array;
  return count_of(value, container_max, shape.count);
}

bool Reader::skip() noexcept {
  Scanner scanner;
  const auto size = scanner.scan(rest());
  if (!size) {
    return fail(size.error());
  }
  at_ += *size;
  return true;
}

}  // namespace hearsay::swim::wire::dialect
