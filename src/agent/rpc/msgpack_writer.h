// msgpack onto the end of a buffer, in the dialect of the RPC (proto/rpc.md, "Dialect").
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "swim/gather.h"

namespace hearsay::agent::rpc {

/// Writes every value in its shortest form, as Go's encoder does; positive integers in the unsigned
/// forms. Holds nothing but where it writes to, a Buffer or a swim::Gather, which must outlive it.
template <class Out>
class BasicWriter {
 public:
  explicit BasicWriter(Out& out) noexcept : out_(&out) {}

  /// The pairs or elements follow, one call each (two for a pair).
  BasicWriter& map(std::uint32_t pairs);
  BasicWriter& array(std::uint32_t elements);
  BasicWriter& text(std::string_view value);
  /// text() of a literal, encoded when compiling: an answer has a dozen for each of thousands of members.
  template <std::size_t size>
  BasicWriter& key(const char (&name)[size]);
  BasicWriter& binary(swim::Bytes value);
  /// Nil if there are none, as Go writes a slice that was never set.
  BasicWriter& binary_or_nil(swim::Bytes value) { return value.empty() ? nil() : binary(value); }
  BasicWriter& unsigned_integer(std::uint64_t value);
  BasicWriter& integer(std::int64_t value);
  BasicWriter& boolean(bool value);
  BasicWriter& real(double value);
  BasicWriter& nil();
  [[nodiscard]] Out& out() const noexcept { return *out_; }

 private:
  void number(std::uint8_t tag, std::uint64_t value, unsigned width);
  /// The head of something counted, in the first of the forms that holds `count`: a tag with the
  /// count in its low bits (up to `short_max`), tag8 (0: there is none), tag16, tag16 + 1 for 32 bits.
  void head(std::uint32_t count, std::uint8_t short_tag, std::uint32_t short_max, std::uint8_t tag8,
            std::uint8_t tag16);

  Out* out_;
};

template <class Out>
template <std::size_t size>
BasicWriter<Out>& BasicWriter<Out>::key(const char (&name)[size]) {
  constexpr std::size_t length = size - 1;
  static_assert(length <= 31, "only the short form is made here");
  std::array<std::byte, size> encoded{};
  encoded[0] = std::byte{0xA0 + length};
  std::memcpy(encoded.data() + 1, name, length);
  out_->put(encoded);
  return *this;
}

using Writer = BasicWriter<swim::Buffer>;

}  // namespace hearsay::agent::rpc
