// How often failed members are dialled that are still remembered; what comes after is in partition_test.cc.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

/// Rare probes: hours of virtual time are to cost little.
void be_lazy(NodeIndex, Config& config) {
  config.timing.probe_interval = 20s;
  config.timing.suspicion_mult = 2;
  config.timing.push_pull_interval = 10min;
}

/// When anybody dialled the failed member of that name.
using Dials = std::map<std::string, std::vector<Instant>>;

Dials record_dials(Cluster& cluster, Duration lasting) {
  constexpr std::string_view words = "serf: attempting reconnect to ";
  Dials dials;
  cluster.on_notice = [&](NodeIndex, const Notice& notice) {
    if (notice.text.starts_with(words)) {
      dials[notice.text.substr(words.size())].push_back(cluster.now());
    }
  };
  cluster.run_for(lasting);
  cluster.on_notice = {};
  return dials;
}

/// Fails the members from `first` on, and waits until nobody else believes in them.
void fail_from(Cluster& cluster, NodeIndex first) {
  for (NodeIndex i = first; i < cluster.size(); ++i) {
    cluster.crash(i);
  }
  REQUIRE(cluster.settles_within(2h, [&] { return cluster.all_see_alive(first); }));
}

}  // namespace

TEST_CASE("a failed member is dialled after waits that double, and then at least every five minutes") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Cluster cluster(2, be_lazy, seed);
    meet(cluster);
    fail_from(cluster, 1);
    const Instant failed = cluster.now();
    const std::vector<Instant> at = record_dials(cluster, 6h)["n1"];
    REQUIRE(at.size() > 15);
    CHECK(at[0] - failed <= 30s);
    for (std::size_t i = 1; i < at.size(); ++i) {
      const Duration wait = at[i] - at[i - 1];
      CHECK(wait <= 5min);
      CHECK(wait >= 22500ms);
      if (at[i - 1] - failed > 5min) {
        CHECK(wait >= 225s);  // a quarter shorter at the most
      }
    }
    const Instant soon = failed + 5min;
    const auto early = std::ranges::count_if(at, [&](Instant dial) { return dial <= soon; });
    CHECK(early >= 3);  // after 30 s, 60 s more, 120 s more
    CHECK(early <= 7);
  }
}

TEST_CASE("an interval that is the longest wait too is kept for ever") {
  Cluster cluster(2, [](NodeIndex i, Config& config) {
    be_lazy(i, config);
    config.serf.reconnect_wait_max = config.serf.reconnect_interval;
  });
  meet(cluster);
  fail_from(cluster, 1);
  const std::vector<Instant> at = record_dials(cluster, 6h)["n1"];
  REQUIRE(at.size() > 6 * 120);
  for (std::size_t i = 1; i < at.size(); ++i) {
    CHECK(at[i] - at[i - 1] <= 30s);
    CHECK(at[i] - at[i - 1] >= 22500ms);
  }
}

TEST_CASE("all together dial a failed member about once in five minutes, however many they are") {
  Cluster cluster(20, be_lazy);
  meet(cluster);
  fail_from(cluster, 18);
  cluster.run_for(10min);
  Dials dials = record_dials(cluster, 10h);
  // Every 30 s, up to a quarter less, each of 18 adds a tenth of a dial for each of the two, shared by 18.
  for (const char* name : {"n18", "n19"}) {
    CHECK(dials[name].size() > 100);
    CHECK(dials[name].size() < 170);
  }
}

TEST_CASE("a member that has lost all others still dials one of them every interval") {
  Cluster cluster(20, be_lazy);
  meet(cluster);
  fail_from(cluster, 1);
  cluster.run_for(1h);
  std::vector<Instant> at;
  for (const auto& [name, times] : record_dials(cluster, 1h)) {
    at.insert(at.end(), times.begin(), times.end());
  }
  std::ranges::sort(at);
  REQUIRE(at.size() >= 120);
  for (std::size_t i = 1; i < at.size(); ++i) {
    CHECK(at[i] - at[i - 1] <= 30s);
    CHECK(at[i] - at[i - 1] >= 22500ms);
  }
}

TEST_CASE("two that were parted for six hours are one cluster again within five minutes") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Cluster cluster(2, be_lazy, seed);
    meet(cluster);
    cluster.network.cut_both(0, 1);
    cluster.run_for(6h);
    REQUIRE(cluster.all_see_alive(1));
    cluster.network.heal();
    CHECK(cluster.settles_within(5min, [&] { return cluster.all_see_alive(2); }));
  }
}
