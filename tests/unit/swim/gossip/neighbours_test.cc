#include "swim/gossip/neighbours.h"

#include <doctest/doctest.h>

using namespace hearsay::swim;

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
