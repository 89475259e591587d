// msgpack off the front of a view, one value at a time, in the dialect of the RPC (proto/rpc.md,
// "Dialect").
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "swim/bytes.h"

namespace hearsay::agent::rpc {

/// Pulls values in the order they stand. Copies nothing: text and bytes are views of the input. The
/// first value that is not what was asked for makes everything after it zero or empty and failed()
/// true, so a decoder asks once, at its end.
class Reader {
 public:
  explicit Reader(swim::Bytes bytes) noexcept : rest_(bytes) {}

  /// How many pairs or elements follow; nil is none. Never more than the bytes left could hold.
  std::uint32_t map() noexcept;
  std::uint32_t array() noexcept;
  /// A string, not binary; nil is empty.
  std::string_view text() noexcept;
  /// Binary or a string; nil is empty.
  swim::Bytes bytes() noexcept;
  /// Both integer families; nil is zero. A negative one is a failure, as is one beyond 64 bits.
  std::uint64_t unsigned_integer() noexcept;
  std::int64_t integer() noexcept;
  /// nil is false.
  bool boolean() noexcept;
  /// Either float, or an integer; nil is zero.
  double real() noexcept;
  /// Whatever comes next, with all that is in it.
  void skip() noexcept;

  /// What stands next, for values of unknown type.
  enum class Kind : std::uint8_t {
    nil,
    boolean,
    positive,
    negative,
    real,
    text,
    binary,
    array,
    map,
    other,
    none
  };
  [[nodiscard]] Kind next() const noexcept;
  /// Whether the next value is an integer of the cc to cf forms, which Go's clients hold as unsigned.
  [[nodiscard]] bool next_is_wide_unsigned() const noexcept;

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  void fail() noexcept;
  /// What has not been read.
  [[nodiscard]] swim::Bytes rest() const noexcept { return rest_; }

 private:
  struct Head;
  Head take() noexcept;
  swim::Bytes take_bytes(std::uint64_t size) noexcept;
  std::uint32_t take_count(const Head& head, Kind kind, std::uint32_t values_each) noexcept;

  swim::Bytes rest_;
  bool failed_ = false;

  friend class ObjectScanner;
};

/// Calls `field(key)` for each pair of a map; it reads the value from the same reader and returns
/// true, or returns false to have it skipped. A nil map has no pairs.
template <class Field>
void for_each_field(Reader& reader, Field&& field) {
  for (std::uint32_t left = reader.map(); left > 0 && !reader.failed(); --left) {
    if (!field(reader.text())) {
      reader.skip();
    }
  }
}

/// Finds where one object ends in bytes that come in pieces, without looking at a byte twice.
class ObjectScanner {
 public:
  static constexpr std::size_t depth_max = 16;

  enum class Found : std::uint8_t {
    whole,      // the object is the first size() bytes
    more,       // it goes on beyond the bytes there are
    malformed,  // no msgpack, or nested deeper than depth_max
    too_large,  // longer than the limit
  };

  explicit ObjectScanner(std::size_t size_max) noexcept : size_max_(size_max) {}

  /// `bytes` begin where the object begins, and begin with those of the call before.
  Found scan(swim::Bytes bytes) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return position_; }
  /// Ready for the next object.
  void reset() noexcept;

 private:
  std::array<std::uint64_t, depth_max> left_{1};  // values to come, for each open level
  std::size_t open_ = 1;
  std::size_t position_ = 0;  // may lie beyond what there is: a string is jumped over
  std::size_t size_max_;
};

}  // namespace hearsay::agent::rpc
