// Who hears of a suspicion looks for itself; many who have looked make it short.
#include <doctest/doctest.h>

#include "scene.h"
#include "swim/members/suspicion_timeout.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t members = 30;

}  // namespace

TEST_CASE("a hung member is failed after its witnessed time, not before and not long after") {
  Cluster cluster(members);
  settle(cluster);
  cluster.pause(1);
  REQUIRE(cluster.settles_within(5s, [&] { return cluster.liveness(0, 1) == Liveness::suspect; }));
  const SuspicionBounds bounds = witnessed_bounds(Timing::lan(), members);
  REQUIRE(bounds.witnessed < bounds.min);
  cluster.run_for(bounds.witnessed - 100ms);
  CHECK(cluster.status(0, 1) == MemberStatus::alive);
  CHECK(cluster.settles_within(1s, [&] { return cluster.all_see(1, MemberStatus::failed); }));
}

TEST_CASE("in Serf's mode a hung member keeps all the time that Serf gives it") {
  Cluster cluster(members, [](NodeIndex, Config& config) { config.habits = Habits::serf(); });
  settle(cluster);
  cluster.pause(1);
  cluster.run_for(suspicion_bounds(Timing::lan(), members).min + 900ms);
  CHECK(cluster.count_member_events(0, MemberEventKind::failed, 1) == 0);
}

TEST_CASE("in one interval nearly every member is probed, and hardly one twice") {
  Cluster cluster(members);
  settle(cluster, 30s);
  std::vector<int> probed(members);
  cluster.on_datagram = [&](const Cluster::Sent& sent) {
    if (!sent.bytes.empty() && sent.bytes[0] == static_cast<std::byte>(wire::MessageType::ping)) {
      ++probed[*host_number(sent.to)];
    }
  };
  constexpr int intervals = 100;
  int missed = 0;
  for (int i = 0; i < intervals; ++i) {
    std::ranges::fill(probed, 0);
    cluster.run_for(1s);
    missed += static_cast<int>(std::ranges::count(probed, 0));
  }
  // By lot it would be 37 of 100; phases differ, so that a probe may come a little early or late.
  CHECK(missed < intervals * static_cast<int>(members) * 22 / 100);
}
