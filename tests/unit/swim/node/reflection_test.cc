// A node is no use for flooding others: what goes to addresses where no member is.

#include <doctest/doctest.h>

#include "asked_query.h"
#include "scene.h"
#include "swim/members/strangers.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

IpAddress address(int number) {
  return IpAddress::v4(10, 200, static_cast<std::uint8_t>(number / 250),
                       static_cast<std::uint8_t>(number % 250));
}

/// Bytes that node 0 sends there in one call.
std::size_t sent_to(const Output& out, const Endpoint& to) {
  std::size_t bytes = 0;
  for (const Datagram& datagram : out.datagrams) {
    bytes += datagram.to == to ? out.bytes(datagram).size() : 0;
  }
  return bytes;
}

Buffer ping_from(const Endpoint& source, std::string_view name) {
  return encoded(wire::Ping{.seq_no = 7,
                            .node = "n0",
                            .source_addr = source.ip.wire(),
                            .source_port = source.port,
                            .source_node = name});
}

Buffer query_of(const Endpoint& asker, std::uint64_t ltime, std::uint32_t flags) {
  return query_to(asker, {.ltime = ltime, .flags = flags});
}

}  // namespace

TEST_CASE("an address that is no member's gets a kilobyte a second, and twice what it sent") {
  Strangers strangers;
  const Instant start{};
  CHECK(strangers.take(address(1), 1024, start));
  CHECK_FALSE(strangers.take(address(1), 1, start));
  CHECK_FALSE(strangers.take(address(1), 513, start + 500ms));
  CHECK(strangers.take(address(1), 512, start + 1s));
  strangers.heard(address(1), 300);
  CHECK(strangers.take(address(1), 512 + 600, start + 1s));
  CHECK_FALSE(strangers.take(address(1), 1, start + 1s));
  CHECK_FALSE(strangers.take(address(1), 1025, start + 1h));  // nothing is saved up
  CHECK(strangers.take(address(2), 1024, start + 1s));
}

TEST_CASE("so many strangers are kept count of, and others get nothing while these are busy") {
  Strangers strangers;
  const Instant start{};
  for (std::size_t i = 0; i < Strangers::most; ++i) {
    REQUIRE(strangers.take(address(static_cast<int>(i)), 100, start));
  }
  CHECK_FALSE(strangers.take(address(1000), 1, start + 999ms));
  CHECK(strangers.take(address(1000), 1, start + 1s));
  CHECK(strangers.size() == Strangers::most);
}

TEST_CASE("pings in the name of a stranger bring it next to nothing") {
  Cluster cluster(3);
  settle(cluster);
  Output out;
  for (int second = 0; second < 10; ++second) {
    for (int i = 0; i < 1000; ++i) {
      cluster.node(0).receive(cluster.now() + std::chrono::seconds(second), Cluster::address(1),
                              ping_from(elsewhere, "n9"), out);
    }
  }
  CHECK(sent_to(out, elsewhere) <= 10 * Strangers::bytes_a_second);
  CHECK(sent_to(out, elsewhere) >= 5 * Strangers::bytes_a_second);
  CHECK(cluster.node(0).counters().strangers_unanswered > 9000);
}

TEST_CASE("members are answered however often they ask") {
  Cluster cluster(3);
  settle(cluster);
  Output out;
  for (int i = 0; i < 1000; ++i) {
    cluster.node(0).receive(cluster.now(), Cluster::address(1), ping_from(Cluster::address(1), "n1"), out);
  }
  CHECK(out.datagrams.size() == 1000);
  CHECK(cluster.node(0).counters().strangers_unanswered == 0);
}

TEST_CASE("so are peers of old, that do not say who they are, and nobody else in their stead") {
  Cluster cluster(3);
  settle(cluster);
  Output out;
  for (int i = 0; i < 1000; ++i) {
    for (const Endpoint& from : {Cluster::address(1), Cluster::address(2), elsewhere}) {
      cluster.node(0).receive(cluster.now(), from, encoded(wire::Ping{.seq_no = 7, .node = "n0"}), out);
    }
  }
  const auto answers = [&out](const Endpoint& to) {
    return std::ranges::count(out.datagrams, to, &Datagram::to);
  };
  CHECK(answers(Cluster::address(1)) == 1000);
  CHECK(answers(Cluster::address(2)) == 1000);
  CHECK(answers(elsewhere) < 100);
}

TEST_CASE("strangers that do not say who they are have a few rows looked at only") {
  constexpr std::size_t looks = 32;
  Cluster cluster(3, [](NodeIndex, Config& config) { config.limits.nameless_rows = 3 * looks; });
  settle(cluster);
  const Buffer ping = encoded(wire::Ping{.seq_no = 7, .node = "n0"});
  cluster.inject(0, Cluster::address(1), ping);  // is remembered
  for (int i = 0; i < 1000; ++i) {
    cluster.inject(0, elsewhere, ping);
  }
  CHECK(cluster.node(0).counters().nameless_unknown == 1000 - (looks - 1));
  const auto rejected = cluster.node(0).counters().strangers_unanswered;
  Output out;
  for (int i = 0; i < 100; ++i) {
    cluster.node(0).receive(cluster.now(), Cluster::address(1), ping, out);
  }
  CHECK(out.datagrams.size() == 100);
  CHECK(cluster.node(0).counters().strangers_unanswered == rejected);
  cluster.run_for(Timing::lan().probe_interval);
  const auto unknown = cluster.node(0).counters().nameless_unknown;
  cluster.inject(0, Cluster::address(2), ping);  // is found again
  CHECK(cluster.node(0).counters().nameless_unknown == unknown);
}

TEST_CASE("who is no member gets no ack of a query, and of responses what a stranger may get") {
  Cluster cluster(3);
  settle(cluster);
  Output out;
  cluster.node(0).receive(cluster.now(), Cluster::address(1),
                          query_of(elsewhere, 10, wire::query_wants_ack | wire::query_no_broadcast), out);
  CHECK(sent_to(out, elsewhere) == 0);
  CHECK(cluster.node(0).counters().strangers_unanswered == 1);
  cluster.node(0).receive(cluster.now(), Cluster::address(1),
                          query_of(Cluster::address(1), 11, wire::query_wants_ack | wire::query_no_broadcast),
                          out);
  CHECK(sent_to(out, Cluster::address(1)) > 0);
  REQUIRE(cluster.node(0).respond(cluster.now(), {10, 1}, as_bytes("short"), out));
  CHECK(sent_to(out, elsewhere) > 0);
  for (std::uint64_t ltime = 20; ltime < 40; ++ltime) {
    cluster.node(0).receive(cluster.now(), Cluster::address(1),
                            query_of(elsewhere, ltime, wire::query_no_broadcast), out);
    REQUIRE(cluster.node(0).respond(cluster.now(), {ltime, 1}, Buffer(500), out));
  }
  CHECK(sent_to(out, elsewhere) <= Strangers::bytes_a_second);
}
