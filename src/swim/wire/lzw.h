// LZW as Go's compress/lzw writes it: LSB first, 8-bit literals, codes of 9 to 12 bits
// (proto/memberlist.md, "Compression").
#pragma once

#include <tl/expected.hpp>

#include "swim/bytes.h"

namespace hearsay::swim::wire {

enum class LzwError : std::uint8_t {
  no_end_code,  // the stream stops before code 257
  bad_code,     // a code that is not in the table yet
  too_large,    // the output would pass the caller's limit
};

/// Appends the compressed form of `plain`, byte for byte what Go 1.17 and later write.
void lzw_compress(Bytes plain, Buffer& out);

/// Appends what `packed` expands to, at most `limit` bytes of it. Accepts streams with and without
/// the leading clear code. Memory grows with the output produced, never with a number in the input.
tl::expected<void, LzwError> lzw_expand(Bytes packed, std::size_t limit, Buffer& out);

/// How long that would be; looks at `packed` only.
tl::expected<std::size_t, LzwError> lzw_expanded_size(Bytes packed, std::size_t limit);

}  // namespace hearsay::swim::wire
