// The lines are what a real serf sent to statsd.
#include "agent/metrics/line.h"

#include <doctest/doctest.h>

using namespace hearsay::agent::metrics;

namespace {

std::string line_of(Kind kind, std::string_view prefix, std::string_view name, double value) {
  std::string line;
  append_line(line, kind, prefix, name, value);
  return line;
}

}  // namespace

TEST_CASE("a metric is a name, a value with six decimals and its type") {
  CHECK(line_of(Kind::counter, "serf-agent", "memberlist.udp.sent", 152) ==
        "serf-agent.memberlist.udp.sent:152.000000|c\n");
  CHECK(line_of(Kind::gauge, "serf-agent.vm", "memberlist.health.score", 1) ==
        "serf-agent.vm.memberlist.health.score:1.000000|g\n");
  CHECK(line_of(Kind::sample, "serf-agent", "memberlist.gossip", 0.1049281) ==
        "serf-agent.memberlist.gossip:0.104928|ms\n");
}

TEST_CASE("a script or an event cannot end its name, nor forge a second metric") {
  CHECK(line_of(Kind::sample, "serf-agent", "agent.invoke.cat >/dev/null", 1) ==
        "serf-agent.agent.invoke.cat_>/dev/null:1.000000|ms\n");
  CHECK(line_of(Kind::counter, "serf-agent", "serf.events.a:9|c\nserf-agent.b:1|c", 1) ==
        "serf-agent.serf.events.a_9_c_serf-agent.b_1_c:1.000000|c\n");
}

TEST_CASE("a long name is cut, so that every line fits a packet") {
  const std::string line = line_of(Kind::counter, "p", std::string(5000, 'x'), 1);
  CHECK(line == "p." + std::string(name_bytes_max, 'x') + ":1.000000|c\n");
}
