// A key is good for so many messages, and all members use it.

#include <doctest/doctest.h>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

TEST_CASE("an agent warns once before the cluster has used its key too often, and anew with the next key") {
  Cluster cluster(4, [](NodeIndex, Config& config) {
    config.keys = {Buffer(32, std::byte{1}), Buffer(32, std::byte{2})};
    config.limits.key_uses = 400;
  });
  int warnings = 0;
  cluster.on_notice = [&](NodeIndex i, const Notice& notice) {
    warnings += i == 0 && notice.text.find("with its key") != std::string::npos ? 1 : 0;
  };
  settle(cluster, 0s);
  // Each has sealed what this one has: an estimate of four times its own.
  while (cluster.node(0).counters().datagrams_sent < 90) {
    REQUIRE(warnings == 0);
    cluster.run_for(100ms);
    CHECK(cluster.node(0).gauges().key_uses_estimated + 40 >= 4 * cluster.node(0).counters().datagrams_sent);
  }
  REQUIRE(cluster.settles_within(1min, [&] { return warnings == 1; }));
  cluster.run_for(1min);
  CHECK(warnings == 1);
  REQUIRE(cluster.node(0).change_keyring(KeyOperation::use, Buffer(32, std::byte{1})));
  cluster.run_for(5s);
  CHECK(cluster.node(0).gauges().key_uses_estimated > 400);  // it was the primary already
  REQUIRE(cluster.node(0).change_keyring(KeyOperation::use, Buffer(32, std::byte{2})));
  CHECK(cluster.node(0).gauges().key_uses_estimated == 0);
  CHECK(cluster.settles_within(10min, [&] { return warnings == 2; }));
}

TEST_CASE("half of what a key is good for is where the warning comes") {
  CHECK(Limits{}.key_uses == std::uint64_t{1} << 31U);
}
