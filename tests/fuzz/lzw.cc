// LZW both ways: the input as what somebody sends, and as what we compress.
#include <algorithm>

#include "fuzz/target.h"
#include "swim/wire/lzw.h"

namespace hearsay::fuzz {

void run(swim::Bytes bytes) {
  constexpr std::size_t limit = 64U * 1024;
  swim::Buffer expanded;
  if (swim::wire::lzw_expand(bytes, limit, expanded)) {
    HEARSAY_INVARIANT(expanded.size() <= limit);
  }
  swim::Buffer packed;
  swim::wire::lzw_compress(bytes, packed);
  expanded.clear();
  HEARSAY_INVARIANT(swim::wire::lzw_expand(packed, bytes.size(), expanded).has_value());
  HEARSAY_INVARIANT(std::ranges::equal(expanded, bytes));
}

}  // namespace hearsay::fuzz
