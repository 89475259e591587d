// Every vector cut at every byte and with every bit flipped, and old packets without end: a whole node takes
// them.
#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <memory>

#include "swim/node.h"
#include "swim/wire/codec.h"
#include "wire/vector.h"

namespace hearsay::tests {
namespace {

using namespace std::chrono_literals;
using namespace hearsay::swim;

const Endpoint here{IpAddress::v4(10, 0, 0, 1), 7946};
const Endpoint elsewhere{IpAddress::v4(10, 0, 0, 2), 7946};
// Of longer ones, which repeat themselves, not every bit.
constexpr std::size_t whole_bytes = 1500;
constexpr std::size_t samples = 100;

/// One node, that knows nobody but whom the vectors tell it of.
class Victim {
 public:
  explicit Victim(bool sealed) {
    Config config;
    config.name = "victim";
    config.advertise = here;
    if (sealed) {
      Buffer key(32);
      for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::byte>(i);
      }
      config.keys.push_back(std::move(key));
    }
    node_ = std::make_unique<Node>(std::move(config), 7, now_);
    node_->start(now_, out_);
  }

  void datagram(Bytes bytes) {
    node_->receive(now_, elsewhere, bytes, out_);
    out_.clear();
  }

  void stream(Bytes bytes) {
    if (const auto id = node_->stream_accepted(now_, elsewhere, out_)) {
      node_->stream_received(now_, *id, bytes, out_);
      node_->stream_closed(now_, *id, StreamEnd::gone, "EOF", out_);
    }
    out_.clear();
  }

  void take(const Vector& vector, Bytes bytes) {
    if (vector.by_stream()) {
      stream(bytes);
    } else {
      datagram(bytes);
    }
  }

  void pass(Duration time) {
    now_ += time;
    node_->tick(now_, out_);
    out_.clear();
  }

  [[nodiscard]] const Node& node() const { return *node_; }

 private:
  Instant now_{1h};
  std::unique_ptr<Node> node_;
  Output out_;
};

/// Calls `take` with every beginning of it, and with it with each bit flipped.
template <class Take>
void spoil(const Buffer& whole, Take&& take) {
  const std::size_t step = whole.size() <= whole_bytes ? 1 : whole.size() / samples;
  for (std::size_t size = 0; size < whole.size(); size += step) {
    take(Bytes(whole).first(size));
  }
  Buffer spoilt = whole;
  for (std::size_t bit = 0; bit < 8 * whole.size(); bit += step) {
    const std::byte mask{static_cast<unsigned char>(1U << bit % 8)};
    spoilt[bit / 8] ^= mask;
    take(Bytes(spoilt));
    spoilt[bit / 8] ^= mask;
  }
}

std::size_t heap_bytes() {
  return ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
}

}  // namespace

TEST_CASE("every vector cut at every byte and with every bit flipped leaves a node as sound as it was") {
  for (const bool sealed : {false, true}) {
    Counters counters;
    for (const std::string& name : vector_names()) {
      CAPTURE(name);
      const Vector vector = load_vector(name);
      Victim victim(sealed);  // for each: a flipped bit in a name is a new member
      const std::size_t before = heap_bytes();
      spoil(vector.bytes, [&](Bytes bytes) { victim.take(vector, bytes); });
      victim.node().check_invariants();
      CHECK(heap_bytes() < before + (std::size_t{4} << 20U));
      victim.pass(1s);
      CHECK(victim.node().members()[victim.node().self()].liveness == Liveness::alive);
      counters.packets_rejected += victim.node().counters().packets_rejected;
      counters.streams_rejected += victim.node().counters().streams_rejected;
    }
    CHECK(counters.packets_rejected > 10'000);
    CHECK(counters.streams_rejected > 1'000);
  }
}

TEST_CASE("a million packets of yesterday cost nothing") {
  Victim victim(false);
  std::vector<Vector> old;
  for (const std::string& name : vector_names()) {
    Vector vector = load_vector(name);
    if (!vector.is_bad() && !vector.by_stream() && !vector.facts.contains("key") &&
        vector.bytes.size() < 600) {
      old.push_back(std::move(vector));
    }
  }
  REQUIRE(old.size() > 20);
  for (int i = 0; i < 10'000; ++i) {
    victim.datagram(old[static_cast<std::size_t>(i) % old.size()].bytes);
  }
  victim.pass(24h);
  const std::size_t members = victim.node().members().row_count();
  const std::size_t before = heap_bytes();
  for (int i = 0; i < 1'000'000; ++i) {
    victim.datagram(old[static_cast<std::size_t>(i) % old.size()].bytes);
  }
  victim.node().check_invariants();
  CHECK(heap_bytes() < before + (std::size_t{256} << 10U));
  CHECK(victim.node().members().row_count() <= members + old.size());
  CHECK(victim.node().gauges().members_held <= members + old.size());
}

}  // namespace hearsay::tests
