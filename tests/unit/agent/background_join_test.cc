#include "agent/background_join.h"

#include <doctest/doctest.h>

#include "agent/seed_watch.h"
#include "line_count.h"
#include "peer.h"

using namespace hearsay::agent;
using hearsay::swim::IpAddress;
using hearsay::swim::MemberStatus;
using namespace hearsay::test;

namespace {

/// A node that retries to join at once, and whether it has given up.
struct Retrier {
  Peer b;
  bool gave_up = false;
  RetryJoin retry;

  Retrier(loop::Loop& loop, std::vector<std::string> addresses, std::int64_t attempts_max = 0)
      : b(loop, "b"),
        retry(loop, *b.joiner, b.log,
              {.addresses = std::move(addresses),
               .interval = std::chrono::milliseconds(1),
               .attempts_max = attempts_max},
              {.joined = [] {}, .given_up = [this] { gave_up = true; }}) {}
};

}  // namespace

TEST_CASE("a retried join goes on until it has worked") {
  loop::Loop loop;
  Peer a(loop, "a");
  Retrier retrier(loop, {nobody(loop), a.address()});
  retrier.retry.start();
  while (retrier.b.alive() < 2) {
    loop.run_once();
  }
  CHECK_FALSE(retrier.gave_up);
}

TEST_CASE("a retried join gives up after as many retries as it may make, and not before") {
  loop::Loop loop;
  Retrier retrier(loop, {nobody(loop)}, 2);
  const LineCount begun(retrier.b.log, "Joining cluster...(replay: false)");
  retrier.retry.start();
  while (!retrier.gave_up) {
    loop.run_once();
  }
  CHECK(begun.seen == 3);
}

TEST_CASE("a retried join that was stopped neither goes on nor gives up") {
  loop::Loop loop;
  Retrier retrier(loop, {nobody(loop)}, 1);
  const LineCount failed(retrier.b.log, "agent: error joining");
  const LineCount goes_on(retrier.b.log, "retrying in");
  const LineCount gives_up(retrier.b.log, "maximum retry");
  retrier.retry.start();
  retrier.retry.stop();
  while (failed.seen == 0) {
    loop.run_once();
  }
  CHECK(goes_on.seen == 0);
  CHECK(gives_up.seen == 0);
  CHECK_FALSE(retrier.gave_up);
}

TEST_CASE("a restarted node tries the members it remembers, without itself, until one answers") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  state::SnapshotContents remembered;
  remembered.alive = {{"a", {.ip = loopback, .port = a.gossip->port()}},
                      {"b", {.ip = loopback, .port = b.gossip->port()}},
                      {"gone", {.ip = loopback, .port = 1}},
                      {"gone/too", {.ip = loopback, .port = 2}}};
  Rejoin rejoin(loop, *b.gossip, *b.joiner, b.log, remembered, b.gossip->node().config());
  rejoin.start();
  while (b.alive() < 2) {
    loop.run_once();
  }
  CHECK(a.alive() == 2);
}

TEST_CASE(
    "a restarted node that finds none of the members it remembers tries them again until one is there") {
  loop::Loop loop;
  Peer b(loop, "b");
  const std::string gone = nobody(loop);
  const auto port = static_cast<std::uint16_t>(std::stoi(gone.substr(gone.find(':') + 1)));
  state::SnapshotContents remembered;
  remembered.alive = {{"a", {.ip = loopback, .port = port}}};
  Rejoin rejoin(loop, *b.gossip, *b.joiner, b.log, remembered, b.gossip->node().config(),
                std::chrono::milliseconds(5));
  LineCount rounds(b.log, "Failed to re-join any");
  rejoin.start();
  while (rounds.seen < 3) {
    loop.run_once();
  }
  Peer a(loop, "a", port);
  while (b.alive() < 2) {
    loop.run_once();
  }
  CHECK(a.alive() == 2);
}

TEST_CASE("a restarted node that only finds itself, under an old name or address, goes on looking") {
  loop::Loop loop;
  Peer b(loop, "b", 0, IpAddress::v4(0, 0, 0, 0));
  const std::uint16_t port = b.gossip->port();
  state::SnapshotContents remembered;
  remembered.alive = {{"b before it was renamed", {.ip = loopback, .port = port}},
                      {"b before it moved", {.ip = IpAddress::v4(127, 84, 0, 3), .port = port}}};
  Rejoin rejoin(loop, *b.gossip, *b.joiner, b.log, remembered, b.gossip->node().config(),
                std::chrono::milliseconds(5));
  const LineCount renamed(b.log, "Attempting re-join to previously known node: b before it was renamed");
  const LineCount moved(b.log, "Attempting re-join to previously known node: b before it moved");
  const LineCount done(b.log, "Re-joined");
  rejoin.start();
  while (moved.seen < 3) {
    loop.run_once();
  }
  CHECK(renamed.seen == 0);
  CHECK(done.seen == 0);
}

TEST_CASE("a seed that was joined once is joined again whenever no member lives at its address") {
  loop::Loop loop;
  Peer b(loop, "b");
  auto a = std::make_unique<Peer>(loop, "a");
  const std::uint16_t port = a->gossip->port();
  const std::string address = "localhost:" + std::to_string(port);  // a name, looked up each time
  REQUIRE(join(b, {address}).contacted > 0);
  LineCount looks(b.log, "looking for");
  SeedWatch watch(loop, *b.joiner, {std::chrono::milliseconds(5), std::chrono::milliseconds(40)});
  watch.watch({address});
  // It leaves, so nobody looks for it, and a stranger comes to live there.
  a->leave();
  a.reset();
  REQUIRE(b.alive() == 1);
  Peer stranger(loop, "stranger", port);
  while (b.gossip->node().members().find("stranger") == hearsay::swim::no_member) {
    loop.run_once();
  }
  CHECK(looks.seen > 0);
}

TEST_CASE("a seed given by its IP address that left is not joined again, whoever lives there now") {
  loop::Loop loop;
  Peer b(loop, "b");
  auto a = std::make_unique<Peer>(loop, "a");
  const std::uint16_t port = a->gossip->port();
  const std::string address = a->address();
  REQUIRE(join(b, {address}).contacted == 1);
  a->leave();
  a.reset();
  while (b.gossip->node().members().count(MemberStatus::left) == 0) {
    loop.run_once();
  }
  Peer stranger(loop, "stranger", port);
  // A seed beside it, where nobody lives, shows that there were looks.
  const std::string gone = nobody(loop);
  const LineCount both(b.log, "looking for 2 seed(s)");
  const LineCount one(b.log, "looking for 1 seed(s)");
  SeedWatch watch(loop, *b.joiner, {std::chrono::milliseconds(1), std::chrono::milliseconds(5)});
  watch.watch({address, gone});
  while (one.seen + both.seen < 3) {
    loop.run_once();
  }
  CHECK(both.seen == 0);
  CHECK(b.gossip->node().members().find("stranger") == hearsay::swim::no_member);
}

TEST_CASE("a seed that is no member's address is joined again and again, but told once") {
  loop::Loop loop;
  Peer a(loop, "a", 0, IpAddress::v4(0, 0, 0, 0));
  Peer b(loop, "b");
  const LineCount looks(b.log, "looking for 1 seed(s)");
  const LineCount told(b.log, "[INFO] agent: looking for");
  const LineCount told_end(b.log, "[INFO] agent: joined");
  SeedWatch watch(loop, *b.joiner, {std::chrono::milliseconds(1), std::chrono::milliseconds(5)});
  watch.watch({"127.84.0.4:" + std::to_string(a.gossip->port())});
  while (looks.seen < 5) {
    loop.run_once();
  }
  CHECK(b.alive() == 2);
  CHECK(told.seen == 2);  // the first met a; the second met nobody new
  CHECK(told_end.seen == 2);
}

TEST_CASE("a seed that is a member is not joined again") {
  loop::Loop loop;
  Peer a(loop, "a");
  Peer b(loop, "b");
  REQUIRE(join(b, {a.address()}).contacted == 1);
  const LineCount looks(b.log, "looking for");
  SeedWatch watch(loop, *b.joiner, {std::chrono::milliseconds(1), std::chrono::milliseconds(1)});
  watch.watch({a.address()});
  for (int turns = 0; turns < 50; ++turns) {
    loop.run_once();
  }
  CHECK(looks.seen == 0);
}

TEST_CASE("seeds that are not watched any more are not joined, nor are new ones") {
  loop::Loop loop;
  Peer stopped(loop, "stopped");
  Peer control(loop, "control");
  const std::string gone = nobody(loop);
  const LineCount looks(stopped.log, "looking for");
  const LineCount control_looks(control.log, "looking for");
  const SeedWatch::Times times = {std::chrono::milliseconds(1), std::chrono::milliseconds(1)};
  SeedWatch watch(loop, *stopped.joiner, times);
  SeedWatch control_watch(loop, *control.joiner, times);
  watch.watch({gone});
  control_watch.watch({gone});
  watch.stop();
  watch.watch({"127.84.0.5:1"});
  while (control_looks.seen < 5) {
    loop.run_once();
  }
  CHECK(looks.seen == 0);
}
