#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "swim/gossip/rumor_queue.h"

using namespace hearsay::swim;

namespace {

constexpr std::size_t plenty = 1398;

/// What one packet would carry.
std::vector<std::string> draw(RumorQueue& queue, std::size_t budget = plenty, std::size_t limit = 3) {
  hearsay::swim::wire::PacketParts parts;
  queue.draw(budget, limit, parts);
  Buffer packed;
  std::vector<std::string> texts;
  if (parts.empty()) {
    return texts;
  }
  parts.pack(packed);
  if (parts.count() == 1) {
    return {std::string(as_text(packed))};
  }
  std::size_t at = 2 + 2 * parts.count();
  for (std::size_t i = 0; i < parts.count(); ++i) {
    const std::size_t size = std::to_integer<std::size_t>(packed[2 + 2 * i]) * 256 +
                             std::to_integer<std::size_t>(packed[3 + 2 * i]);
    texts.emplace_back(as_text(Bytes(packed).subspan(at, size)));
    at += size;
  }
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the retransmit limit grows with the number of digits of the cluster's size") {
  CHECK(transmit_limit(4, 1) == 4);
  CHECK(transmit_limit(4, 9) == 4);
  CHECK(transmit_limit(4, 10) == 8);
  CHECK(transmit_limit(4, 99) == 8);
  CHECK(transmit_limit(4, 100) == 12);
  CHECK(transmit_limit(2, 1000) == 8);
}

TEST_CASE("a rumor is told exactly as often as the limit says") {
  RumorQueue queue(10, plenty);
  queue.push(1, as_bytes("rumor"));
  for (int i = 0; i < 3; ++i) {
    CHECK(draw(queue) == Texts{"rumor"});
  }
  CHECK(draw(queue).empty());
  CHECK(queue.empty());
}

TEST_CASE("rumors told less often go first, then longer ones, then newer ones") {
  RumorQueue queue(10, plenty);
  queue.push(1, as_bytes("told"));
  draw(queue);
  queue.push(2, as_bytes("old1"));
  queue.push(3, as_bytes("new1"));
  queue.push(4, as_bytes("longest"));
  CHECK(draw(queue) == Texts{"longest", "new1", "old1", "told"});
}

TEST_CASE("a rumor of a key replaces the one before it") {
  RumorQueue queue(10, plenty);
  queue.push(7, as_bytes("first"));
  draw(queue);
  queue.push(7, as_bytes("second"));
  CHECK(queue.size() == 1);
  CHECK(draw(queue) == Texts{"second"});
}

TEST_CASE("rumors without a key stand side by side") {
  RumorQueue queue(10, plenty);
  queue.push(no_key, as_bytes("same"));
  queue.push(no_key, as_bytes("same"));
  CHECK(draw(queue).size() == 2);
}

TEST_CASE("a packet takes a message that just fits, and not one that is a byte too long") {
  RumorQueue queue(10, plenty);
  queue.push(1, as_bytes("12345"));
  CHECK(draw(queue, 6).empty());
  CHECK(draw(queue, 7) == Texts{"12345"});
}

TEST_CASE("where the longest does not fit, the longest that fits is taken") {
  RumorQueue queue(10, plenty);
  queue.push(1, as_bytes("far too long for it"));
  queue.push(2, as_bytes("fits"));
  queue.push(3, as_bytes("small"));
  CHECK(draw(queue, 2 + 5 + 2 + 3) == Texts{"small"});
  CHECK(draw(queue, 2 + 5 + 2 + 4) == Texts{"fits", "small"});
}

TEST_CASE("one packet holds at most as many parts as old Serf can read") {
  RumorQueue queue(1000, plenty);
  for (RumorKey i = 0; i < 200; ++i) {
    queue.push(i, as_bytes("x"));
  }
  CHECK(draw(queue).size() == wire::compound_parts_max);
}

TEST_CASE("over its depth the queue drops what was told most, and counts it") {
  RumorQueue queue(2, plenty);
  queue.push(1, as_bytes("told"));
  draw(queue);
  queue.push(2, as_bytes("a"));
  queue.push(3, as_bytes("b"));
  CHECK(queue.size() == 2);
  CHECK(queue.dropped() == 1);
  CHECK(draw(queue) == Texts{"b", "a"});
}

TEST_CASE("a watched rumor reports its end once: told, replaced or dropped") {
  RumorQueue queue(2, plenty);
  queue.push(1, as_bytes("told"), 11);
  draw(queue, plenty, 1);
  CHECK(queue.ended() == std::vector<RumorWatch>{11});
  queue.ended().clear();
  queue.push(2, as_bytes("replaced"), 12);
  queue.push(2, as_bytes("by this"));
  CHECK(queue.ended() == std::vector<RumorWatch>{12});
  queue.ended().clear();
  queue.push(3, as_bytes("x"), 13);
  queue.push(4, as_bytes("longer"));
  CHECK(queue.ended() == std::vector<RumorWatch>{13});
}

TEST_CASE("a forgotten key can be used anew") {
  RumorQueue queue(10, plenty);
  queue.push(5, as_bytes("old owner"));
  queue.forget(5);
  CHECK(queue.empty());
  queue.push(5, as_bytes("new owner"));
  CHECK(draw(queue) == Texts{"new owner"});
}

TEST_CASE("a queue knows whether a rumor has been told at most so often") {
  RumorQueue queue(10, plenty);
  CHECK(!queue.has_told_at_most(5));
  queue.push(1, as_bytes("news"));
  CHECK(queue.has_told_at_most(0));
  draw(queue);
  CHECK(!queue.has_told_at_most(0));
  CHECK(queue.has_told_at_most(1));
  draw(queue);
  CHECK(!queue.has_told_at_most(1));
  draw(queue);
  CHECK(!queue.has_told_at_most(5));
}
