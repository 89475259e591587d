#include "swim/gossip/neighbours.h"

#include <doctest/doctest.h>

using namespace hearsay::swim;

TEST_CASE("a name's place on the ring is the same for everybody and for ever") {
  CHECK(ring_position("") == 0xf52a15e9a9b5e89b);
  CHECK(ring_position("n1") == 0xf8e46110455c6e53);
  CHECK(ring_position("n2") == 0xc1e0caa6db6efd5c);
}

TEST_CASE("neighbours are those that come next on the ring, nearest first") {
  RingWindow window(100, 3);
  window.offer(1, 160);
  window.offer(2, 99);
  window.offer(3, 110);
  window.offer(4, 150);
  window.offer(5, 101);
  CHECK(window.ids() == std::vector<MemberId>{5, 3, 4});
}

TEST_CASE("the ring goes on behind its end") {
  RingWindow window(0xFFFFFFFFFFFFFFF0, 2);
  window.offer(1, 0xFFFFFFFFFFFFFF00);
  window.offer(2, 5);
  window.offer(3, 0xFFFFFFFFFFFFFFF5);
  CHECK(window.ids() == std::vector<MemberId>{3, 2});
}

TEST_CASE("a window holds fewer than it may where there are fewer, and none where it may hold none") {
  RingWindow some(0, 4);
  some.offer(1, 7);
  CHECK(some.ids() == std::vector<MemberId>{1});
  RingWindow none(0, 0);
  none.offer(1, 7);
  CHECK(none.ids().empty());
}
