// Reads the msgpack of gossip where it lies: no tree, no copies, no allocation
// (proto/memberlist.md, "Dialect").
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include <tl/expected.hpp>

#include "swim/bytes.h"
#include "swim/wire/codec.h"

namespace hearsay::swim::wire::dialect {

/// Elements that one array or map may have.
inline constexpr std::uint32_t container_max = 1U << 20;
/// Containers that may stand inside each other where we do not know the key.
inline constexpr std::size_t depth_max = 16;

enum class Kind : std::uint8_t {
  nil,
  boolean,
  unsigned_int,
  signed_int,
  float32,
  float64,
  raw,
  bin,
  ext,
  array,
  map,
  invalid,
};

/// The first bytes of a value: what it is, and its number, length or count.
struct Head {
  Kind kind = Kind::invalid;
  std::uint8_t size = 0;    // bytes of the head itself
  std::uint64_t value = 0;  // a signed_int or float as its bits; of ext the length with its type byte

  /// Bytes that follow the head and belong to this value alone.
  [[nodiscard]] std::uint64_t payload() const noexcept;
  /// Values that follow the head and belong to this one.
  [[nodiscard]] std::uint64_t children() const noexcept;
};

[[nodiscard]] tl::expected<Head, DecodeError> read_head(Bytes at) noexcept;

/// Finds the end of one value in a buffer that may still grow. Each byte is passed once, however
/// often the caller comes back with more.
class Scanner {
 public:
  /// Goes on from where it stopped. `value` starts with the same bytes each time. The size of the
  /// value, or `truncated` when it is not whole yet.
  tl::expected<std::size_t, DecodeError> scan(Bytes value) noexcept;

 private:
  tl::expected<void, DecodeError> step(Bytes rest) noexcept;
  void pass_small(Bytes value) noexcept;
  void close_finished() noexcept;

  std::size_t at_ = 0;
  std::size_t depth_ = 1;
  // Values still to come, of each open container; at the bottom the one value itself.
  std::array<std::uint64_t, depth_max + 1> left_{1};
};

/// How many values a struct holds, and whether they come by key or by position.
struct Shape {
  std::uint32_t count = 0;
  bool by_position = false;
};

/// A cursor over one value. Every read moves past what it read and returns true, or keeps the first
/// error and returns false for good. Nil reads as zero everywhere but as a key.
class Reader {
 public:
  explicit Reader(Bytes in) noexcept : in_(in) {}

  bool boolean(bool& out) noexcept;
  bool unsigned_int(std::uint64_t& out, std::uint64_t max) noexcept;
  bool signed_int(std::int64_t& out) noexcept;
  bool real(double& out) noexcept;
  bool raw(Bytes& out) noexcept;
  bool text(std::string_view& out) noexcept;
  bool key(std::string_view& out) noexcept;
  /// The head of an array or map of at most `max` elements.
  bool array(std::uint32_t& count, std::uint32_t max = container_max) noexcept;
  bool map(std::uint32_t& count, std::uint32_t max = container_max) noexcept;
  bool structure(Shape& shape) noexcept;
  /// Moves past a key of less than 32 bytes, if it comes next.
  bool pass_key(std::string_view key) noexcept {
    const std::size_t size = 1 + key.size();
    const bool next = in_.size() - at_ >= size && key.size() < 32 &&
                      in_[at_] == static_cast<std::byte>(0xa0 | key.size()) &&
                      std::memcmp(in_.data() + at_ + 1, key.data(), key.size()) == 0;
    at_ += next ? size : 0;
    return next;
  }
  /// Moves past any one value.
  bool skip() noexcept;

  /// Bytes read so far.
  [[nodiscard]] std::size_t position() const noexcept { return at_; }
  [[nodiscard]] Bytes rest() const noexcept { return in_.subspan(at_); }
  /// Why a read returned false.
  [[nodiscard]] DecodeError error() const noexcept { return error_; }
  bool fail(DecodeError error) noexcept;

 private:
  bool short_text(std::string_view& out) noexcept;
  bool head(Head& out) noexcept;
  bool bytes_of(const Head& head, Bytes& out) noexcept;
  bool count_of(const Head& head, std::uint32_t max, std::uint32_t& out) noexcept;

  Bytes in_;
  std::size_t at_ = 0;
  DecodeError error_ = DecodeError::truncated;
};

}  // namespace hearsay::swim::wire::dialect
