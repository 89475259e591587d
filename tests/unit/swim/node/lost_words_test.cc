// A refutation that got lost is told again (docs/decisions/0019-refuted-until-heard.md).
#include <doctest/doctest.h>

#include "scene.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

Buffer suspicion(std::string_view of, std::uint32_t incarnation, std::string_view from) {
  return encoded(wire::Suspect{.incarnation = incarnation, .node = of, .from = from});
}

std::uint64_t refutations(Cluster& cluster, NodeIndex i) {
  return cluster.node(i).counters().refutations;
}

}  // namespace

TEST_CASE("who is accused of what it has refuted says so again, once in the time that a probe waits") {
  Cluster cluster(3);
  settle(cluster);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n0").incarnation;
  const auto accuse = [&] { cluster.inject(0, elsewhere, suspicion("n0", incarnation, "n1")); };
  accuse();
  CHECK(refutations(cluster, 0) == 1);
  cluster.run_for(490ms);
  accuse();
  CHECK(refutations(cluster, 0) == 1);
  cluster.run_for(20ms);
  accuse();
  CHECK(refutations(cluster, 0) == 2);
  CHECK(seen_by(cluster, 0, "n0").incarnation == incarnation + 1);
}

TEST_CASE("so it does when others call it dead as it was before") {
  Cluster cluster(3);
  settle(cluster);
  const std::uint32_t incarnation = seen_by(cluster, 0, "n0").incarnation;
  const Buffer dead = encoded(wire::Dead{.incarnation = incarnation, .node = "n0", .from = "n1"});
  cluster.inject(0, elsewhere, dead);
  CHECK(refutations(cluster, 0) == 1);
  cluster.run_for(600ms);
  cluster.inject(0, elsewhere, dead);
  CHECK(refutations(cluster, 0) == 2);
}
