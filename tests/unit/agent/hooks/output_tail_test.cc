#include "agent/hooks/output_tail.h"

#include <doctest/doctest.h>

namespace hearsay::agent::hooks {

TEST_CASE("output that fits is kept whole") {
  OutputTail tail;
  tail.append(swim::as_bytes("one "));
  tail.append(swim::as_bytes("two"));
  CHECK(tail.text() == "one two");
  CHECK(tail.total() == 7);
}

TEST_CASE("of longer output the last bytes are kept, however it came in pieces") {
  std::string all;
  for (int i = 0; all.size() < 3 * OutputTail::capacity + 123; ++i) {
    all += std::to_string(i) + ' ';
  }
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, OutputTail::capacity,
                                  OutputTail::capacity + 1, all.size()}) {
    CAPTURE(piece);
    OutputTail tail;
    for (std::size_t at = 0; at < all.size(); at += piece) {
      tail.append(swim::as_bytes(std::string_view(all).substr(at, piece)));
    }
    CHECK(tail.total() == all.size());
    CHECK(tail.text() == all.substr(all.size() - OutputTail::capacity));
  }
}

}  // namespace hearsay::agent::hooks
