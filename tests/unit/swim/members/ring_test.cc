#include "swim/members/ring.h"

#include <doctest/doctest.h>

using namespace hearsay::swim;

TEST_CASE("a name's place on the ring is the same for everybody and for ever") {
  CHECK(ring_position("") == 0xf52a15e9a9b5e89b);
  CHECK(ring_position("n1") == 0xf8e46110455c6e53);
  CHECK(ring_position("n2") == 0xc1e0caa6db6efd5c);
}
