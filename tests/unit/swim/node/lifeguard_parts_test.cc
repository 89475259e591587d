// Lifeguard's parts can be left out, for the simulator to compare.
#include <doctest/doctest.h>

#include "scene.h"
#include "sim/cluster.h"
#include "swim/members/suspicion_timeout.h"

using namespace hearsay::sim;
using namespace hearsay::swim;
using namespace std::chrono_literals;

namespace {

Cluster::Tune with(Lifeguard parts) {
  return [parts](NodeIndex, Config& config) { config.lifeguard = parts; };
}

}  // namespace

TEST_CASE("without LHA-Suspicion a suspicion lasts its minimum, whoever confirms") {
  Cluster cluster(10, with({.suspicion = false}));
  settle(cluster);
  cut_off(cluster, 0);
  const SuspicionBounds bounds = suspicion_bounds(Timing::lan(), 10);
  cluster.inject(0, Cluster::address(3),
                 encoded(wire::Suspect{.incarnation = 5, .node = "n1", .from = "n3"}));
  cluster.run_for(bounds.min - 50ms);
  CHECK(cluster.liveness(0, 1) == Liveness::suspect);
  CHECK(cluster.settles_within(100ms, [&] { return cluster.liveness(0, 1) == Liveness::dead; }));
}

TEST_CASE("without LHA-Probe no failed probe makes a node patient") {
  Cluster patient(4);
  Cluster cluster(4, with({.probe = false}));
  for (Cluster* each : {&patient, &cluster}) {
    settle(*each);
    cut_off(*each, 0);
    each->run_for(3s);
  }
  CHECK(patient.node(0).stats().health_score > 0);
  CHECK(cluster.node(0).stats().health_score == 0);
}

TEST_CASE("every ping tells a suspect of the suspicion, unless the buddy system is left out") {
  for (const bool buddy : {true, false}) {
    Cluster cluster(2, [buddy](NodeIndex, Config& config) {
      config.lifeguard.buddy = buddy;
      config.timing.suspicion_mult = 20;
    });
    settle(cluster);
    std::size_t told = 0;
    std::size_t untold = 0;
    cluster.on_datagram = [&](const Cluster::Sent& sent) {
      const std::string_view bytes(reinterpret_cast<const char*>(sent.bytes.data()), sent.bytes.size());
      const auto has = [&](std::string_view key) { return bytes.find(key) != std::string_view::npos; };
      if (sent.to == Cluster::address(1) && has("SourceNode") &&
          cluster.liveness(sent.from, 1) == Liveness::suspect) {
        ++(has("From") ? told : untold);
      }
    };
    cluster.crash(1);
    cluster.run_for(18s);
    CHECK(told + untold > 0);
    CHECK((untold == 0) == buddy);
  }
}
