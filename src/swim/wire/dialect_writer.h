// Writes the msgpack of gossip as go-msgpack 0.5.5 does without its extensions: strings and bytes
// both as the old raw family, never str8 or bin; numbers that are not negative in unsigned forms.
#pragma once

#include <cstdint>
#include <string_view>

#include "swim/gather.h"

namespace hearsay::swim::wire::dialect {

/// Appends values to a buffer, where all of them are when it ends.
class Writer {
 public:
  explicit Writer(Buffer& out) noexcept : out_(out) {}

  void byte(std::uint8_t value) { out_.put(std::byte{value}); }
  void nil() { byte(0xc0); }
  void boolean(bool value) { byte(value ? 0xc3 : 0xc2); }
  void unsigned_int(std::uint64_t value);
  void signed_int(std::int64_t value);
  void real(double value);
  void raw(Bytes value);
  void text(std::string_view value) { raw(as_bytes(value)); }
  void array(std::size_t count);
  void map(std::size_t count);

 private:
  /// A first byte and a big-endian number of `width` bytes.
  void head(std::uint8_t first, std::uint64_t number, unsigned width);

  Gather out_;
};

}  // namespace hearsay::swim::wire::dialect
