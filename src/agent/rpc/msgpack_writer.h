// msgpack onto the end of a buffer, in the dialect of the RPC (proto/rpc.md, "Dialect").
#pragma once

#include <cstdint>
#include <string_view>

#include "swim/bytes.h"

namespace hearsay::agent::rpc {

/// Writes every value in its shortest form, as Go's encoder does; positive integers in the unsigned
/// forms. Holds nothing but the buffer, which must outlive it.
class Writer {
 public:
  explicit Writer(swim::Buffer& out) noexcept : out_(&out) {}

  /// The pairs or elements follow, one call each (two for a pair).
  Writer& map(std::uint32_t pairs);
  Writer& array(std::uint32_t elements);
  Writer& text(std::string_view value);
  Writer& binary(swim::Bytes value);
  /// Nil if there are none, as Go writes a slice that was never set.
  Writer& binary_or_nil(swim::Bytes value) { return value.empty() ? nil() : binary(value); }
  Writer& unsigned_integer(std::uint64_t value);
  Writer& integer(std::int64_t value);
  Writer& boolean(bool value);
  Writer& real(double value);
  Writer& nil();

 private:
  void number(std::uint8_t tag, std::uint64_t value, unsigned width);
  /// The head of something counted, in the first of the forms that holds `count`: a tag with the
  /// count in its low bits (up to `short_max`), tag8 (0: there is none), tag16, tag16 + 1 for 32 bits.
  void head(std::uint32_t count, std::uint8_t short_tag, std::uint32_t short_max, std::uint8_t tag8,
            std::uint8_t tag16);

  swim::Buffer* out_;
};

}  // namespace hearsay::agent::rpc
