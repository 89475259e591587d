// Members that speak older versions of memberlist are asked for nothing they do not know
// (proto/memberlist.md, "Versions").
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "asked_query.h"
#include "scene.h"
#include "swim/wire/packet.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr Versions up_to(std::uint8_t protocol_max) {
  Versions versions;
  versions.protocol_max = protocol_max;
  return versions;
}

/// The messages in a packet.
struct Messages final : wire::PacketHandler {
  std::vector<std::pair<wire::MessageType, Buffer>> found;

  explicit Messages(Bytes packet) { wire::PacketOpener().open(packet, {}, *this); }
  void on_message(wire::MessageType type, Bytes body) override {
    found.emplace_back(type, Buffer(body.begin(), body.end()));
  }
  void on_packet_error(wire::PacketError) override { FAIL("a node sent what does not open"); }
};

/// n0, n1 and "old", which is made up, speaks versions up to that, and answers nothing.
struct WithOldPeer {
  Cluster cluster{2};

  explicit WithOldPeer(std::uint8_t protocol_max) {
    settle(cluster);
    cluster.inject(0, Cluster::address(1), alive("old", 1, elsewhere, up_to(protocol_max)));
  }

  [[nodiscard]] Liveness liveness() { return seen_by(cluster, 0, "old").liveness; }
};

/// Does n0 ask "old" for a nack when it asks for a ping of n1, which hears nothing any more?
bool asks_for_a_nack(std::uint8_t protocol_max) {
  WithOldPeer scene(protocol_max);
  cut_off(scene.cluster, 1);
  std::optional<bool> asked;
  scene.cluster.on_datagram = [&](const Cluster::Sent& sent) {
    for (const auto& [type, body] : Messages(sent.bytes).found) {
      if (sent.to == elsewhere && type == wire::MessageType::indirect_ping) {
        const auto request = wire::decode<wire::IndirectPing>(body);
        REQUIRE(request);
        CHECK(request->node == "n1");
        asked = request->nack;
      }
    }
  };
  // Who answers nothing is no helper for long: it says again and again that it is there.
  for (std::uint32_t incarnation = 2; incarnation < 50 && !asked; ++incarnation) {
    scene.cluster.inject(0, Cluster::address(1), alive("old", incarnation, elsewhere, up_to(protocol_max)));
    scene.cluster.run_for(100ms);
  }
  REQUIRE(asked);
  return *asked;
}

/// Does n0 dial "old", from which it has had no answer by UDP?
bool is_pinged_over_tcp(std::uint8_t protocol_max) {
  WithOldPeer scene(protocol_max);
  const std::uint64_t before = scene.cluster.node(0).counters().streams_dialled;
  REQUIRE(scene.cluster.settles_within(10s, [&] { return scene.liveness() == Liveness::suspect; }));
  return scene.cluster.node(0).counters().streams_dialled > before;
}

/// How many nacks n2 gets of n0, which it asks for a ping of n1: gone, so that its host refuses, or silent.
std::size_t nacks_for(bool gone, bool wanted) {
  Cluster cluster(3);
  settle(cluster);
  gone ? cluster.crash(1) : cluster.pause(1);
  std::size_t nacks = 0;
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    for (const auto& message : Messages(sent.bytes).found) {
      const bool nack = message.first == wire::MessageType::nack;
      nacks += sent.from == 0 && sent.to == Cluster::address(2) && nack ? 1U : 0U;
    }
  };
  cluster.inject(0, Cluster::address(2),
                 encoded(wire::IndirectPing{.seq_no = 7,
                                            .target = Cluster::address(1).ip.wire(),
                                            .port = 7946,
                                            .node = "n1",
                                            .nack = wanted,
                                            .source_addr = {},
                                            .source_node = {}}));
  // n2 itself asks for nothing so soon: no probe of its own has had time to fail.
  cluster.run_for(cluster.node(0).config().timing.probe_timeout + 50ms);
  return nacks;
}

}  // namespace

TEST_CASE("a helper is asked for a nack if it knows what that is, and else not") {
  CHECK_FALSE(asks_for_a_nack(Versions::nack - 1));
  CHECK(asks_for_a_nack(Versions::nack));
}

TEST_CASE("a member that does not answer is pinged over TCP if it knows that, and else not") {
  CHECK_FALSE(is_pinged_over_tcp(Versions::tcp_ping - 1));
  CHECK(is_pinged_over_tcp(Versions::tcp_ping));
}

TEST_CASE("who asks for a ping of somebody silent or gone gets a nack if it wants one, and else nothing") {
  for (const bool gone : {false, true}) {
    CAPTURE(gone);
    CHECK(nacks_for(gone, true) == 1);
    CHECK(nacks_for(gone, false) == 0);
  }
}

TEST_CASE("a ping that says who asks but not at which port is answered to where it came from") {
  Cluster cluster(2);
  settle(cluster);
  Output out;
  cluster.node(0).receive(cluster.now(), Cluster::address(1),
                          encoded(wire::Ping{.seq_no = 7,
                                             .node = "n0",
                                             .source_addr = elsewhere.ip.wire(),
                                             .source_port = 0,
                                             .source_node = "n1"}),
                          out);
  REQUIRE(out.datagrams.size() == 1);
  CHECK(out.datagrams.front().to == Cluster::address(1));
}

TEST_CASE("answers are relayed only by members that are alive and know how") {
  Cluster cluster(4);
  settle(cluster);
  cluster.crash(3);
  REQUIRE(cluster.settles_within(30s, [&] { return cluster.status(0, 3) == MemberStatus::failed; }));
  cluster.inject(0, Cluster::address(1), alive("old", 1, elsewhere, up_to(Versions::relay - 1)));
  std::vector<Endpoint> relays;
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    for (const auto& [type, body] : Messages(sent.bytes).found) {
      if (sent.from == 0 && type == wire::MessageType::user &&
          body.front() == static_cast<std::byte>(wire::SerfType::relay)) {
        relays.push_back(sent.to);
      }
    }
  };
  // Whom a relay goes to is drawn by lot, with a factor as large as the cluster.
  for (std::uint64_t ltime = 90; ltime < 140; ++ltime) {
    cluster.inject(0, Cluster::address(1),
                   query_to(Cluster::address(1),
                            {.ltime = ltime, .flags = wire::query_no_broadcast, .relay_factor = 4}));
    REQUIRE(cluster.respond(0, {ltime, 1}, "answer"));
  }
  CHECK(std::ranges::count(relays, Cluster::address(1)) > 10);
  CHECK(std::ranges::count(relays, Cluster::address(2)) > 10);
  CHECK(std::ranges::count(relays, Cluster::address(3)) == 0);
  CHECK(std::ranges::count(relays, elsewhere) == 0);
}
