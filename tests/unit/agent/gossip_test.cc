#include "agent/gossip.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "agent/net/address.h"
#include "agent/net/interfaces.h"
#include "peer.h"

using namespace hearsay::agent;
using hearsay::swim::IpAddress;
using hearsay::swim::Phase;
using namespace hearsay::test;

TEST_CASE("two nodes with real sockets find each other") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  const JoinResult result = join(b, {a.address()});
  CHECK(result.contacted == 1);
  CHECK(result.error.empty());
  while (a.alive() < 2 || b.alive() < 2) {
    loop.run_once();
  }
  CHECK(a.gossip->node().members().find("b") != hearsay::swim::no_member);
  CHECK(b.gossip->node().members().find("a") != hearsay::swim::no_member);
}

TEST_CASE("an address in use is one line that says what to do") {
  loop::Loop loop;
  const Peer a(loop, "a");
  const auto second = Gossip::open(loop, {.ip = loopback, .port = a.gossip->port()});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error() == "Cannot listen on " + a.address() +
                              " (TCP): address already in use. Choose another address or port with -bind");
}

TEST_CASE("a verb may be called from inside an event, and its output is acted on") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  JoinResult second;
  bool inside = false;
  b.joiner->join({a.address()}, false, [&](std::size_t, const std::string&) {
    inside = true;
    b.joiner->join({a.address()}, false, second.take());
    CHECK_FALSE(second.done);  // it was only begun
  });
  while (!second.done) {
    loop.run_once();
  }
  CHECK(inside);
  CHECK(second.contacted == 1);
}

TEST_CASE("a join tells every address that failed, and that only if none succeeded") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  const std::string gone = nobody(loop);

  const JoinResult failed = join(b, {gone, "a:b"});
  CHECK(failed.contacted == 0);
  CHECK(failed.error ==
        "2 errors occurred:\n\t* Failed to resolve a:b: port \"b\" is not a number\n\t* Failed to join "
        "127.0.0.1: "
        "dial tcp " +
            gone + ": connect: connection refused\n\n");

  const JoinResult half = join(b, {gone, a.address()});
  CHECK(half.contacted == 1);
  CHECK(half.error.empty());
  CHECK(join(b, {}).error.empty());
}

TEST_CASE("one error is not said to be several") {
  CHECK(list_errors({"x"}) == "1 error occurred:\n\t* x\n\n");
  CHECK(list_errors({"x", "y"}) == "2 errors occurred:\n\t* x\n\t* y\n\n");
}

TEST_CASE("a seed without a port is asked at our own") {
  loop::Loop loop;
  Peer a(loop, "a");
  // Our own port on another loopback address: nobody there.
  const JoinResult result = join(a, {"127.0.0.2"});
  CHECK(result.error.find("dial tcp 127.0.0.2:" + std::to_string(a.gossip->port())) != std::string::npos);
}

TEST_CASE("peers beyond the most that are served at once wait their turn, and are not refused") {
  loop::Loop loop;
  hearsay::swim::Limits limits;
  limits.streams_inbound = 1;
  Peer seed(loop, "seed", 0, loopback, limits);
  std::vector<std::unique_ptr<Peer>> crowd;
  std::vector<JoinResult> results(5);
  for (std::size_t i = 0; i < results.size(); ++i) {
    crowd.push_back(std::make_unique<Peer>(loop, "peer" + std::to_string(i)));
    crowd.back()->joiner->join({seed.address()}, false, results[i].take());
  }
  while (!std::ranges::all_of(results, [](const JoinResult& result) { return result.done; })) {
    loop.run_once();
  }
  CHECK(std::ranges::all_of(results, [](const JoinResult& result) { return result.contacted == 1; }));
  CHECK(seed.gossip->streams_held_back() >= 4);
  CHECK(seed.gossip->node().counters().streams_refused == 0);
}

TEST_CASE("nobody joins after a leave") {
  loop::Loop loop;
  Peer a(loop, "a");
  const Peer b(loop, "b");
  a.leave();
  REQUIRE(a.gossip->node().phase() == Phase::left);
  CHECK(join(a, {b.address()}).error == "Serf can't Join after Leave or Shutdown");
}

TEST_CASE("a zone binds the agent to its interface once somebody was reached by it, and not before") {
  loop::Loop loop;
  const IpAddress v6_loopback = *net::parse_ip("::1");
  Peer a(loop, "a", 0, v6_loopback);
  Peer b(loop, "b");
  CHECK(join(b, {"[::1%lo]:1"}).contacted == 0);
  CHECK(loop.link() == 0);
  CHECK(join(b, {"[::1%lo]:" + std::to_string(a.gossip->port())}).contacted == 1);
  CHECK(loop.link() == net::interface_index("lo"));
  CHECK(join(b, {"[::1%lo]:1"}).contacted == 0);
  CHECK(loop.link() == net::interface_index("lo"));
}
