#include "cli/doctor/judge_member.h"

#include <doctest/doctest.h>

using namespace hearsay::cli::doctor;

namespace {

/// What is found, "" if nothing, of a member in plain unless said.
std::string found(const Probed& probed, std::string_view status = "alive", const Asked& asked = {}) {
  const auto findings = judge_member({"web", "10.0.0.1:7946", std::string(status)}, probed, asked);
  REQUIRE(findings.size() <= 1);
  return findings.empty() ? "" : std::string(findings[0].id);
}

constexpr Probed well{TcpReach::acked, UdpReach::acked, UdpReach::acked, true, false};
constexpr Asked encrypted{true, false};

Probed with(TcpReach tcp, UdpReach small, bool acks = false, bool relayed = false) {
  return {tcp, small, UdpReach::untried, acks, relayed};
}

}  // namespace

TEST_CASE("who answers by all means is healthy, and wrongly failed if it is called so") {
  CHECK(found(well).empty());
  CHECK(found(well, "failed") == "false-failure");
  CHECK(found({}, "left") == "left");
}

TEST_CASE("who listens nowhere is not running, and who answers nowhere is unreachable") {
  using enum TcpReach;
  CHECK(found(with(refused, UdpReach::refused), "failed") == "not-running");
  CHECK(found(with(silent, UdpReach::silent), "failed") == "unreachable");
  CHECK(found(with(unreachable, UdpReach::silent), "failed") == "unreachable");
}

TEST_CASE("TCP is blocked where UDP is not") {
  CHECK(found(with(TcpReach::silent, UdpReach::acked, true)) == "tcp-blocked");
  CHECK(found(with(TcpReach::refused, UdpReach::acked, true)) == "tcp-blocked");
}

TEST_CASE("lost UDP is told with its direction, as far as others show it") {
  const Probed to_it = with(TcpReach::acked, UdpReach::silent, true);
  const Probed from_it = with(TcpReach::acked, UdpReach::silent, false, true);
  CHECK(found(to_it) == "udp-one-way");
  CHECK(found(from_it) == "udp-one-way");
  CHECK(found(with(TcpReach::acked, UdpReach::silent)) == "udp-blocked");
  CHECK(found(with(TcpReach::accepted, UdpReach::untried, true), "alive", encrypted).empty());
}

TEST_CASE("who lives and does not answer where it says it does advertises a wrong address") {
  CHECK(found(with(TcpReach::silent, UdpReach::silent, true)) == "advertised-address");
  const auto findings = judge_member({"web", "127.0.0.1:7946", "alive", true}, well, {});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].id == "advertised-address");
  CHECK(judge_member({"web", "127.0.0.1:7946", "alive", true}, well, {false, true}).empty());
}

TEST_CASE("a key is another's if one side seals and the other does not, or nothing is understood") {
  CHECK(found(with(TcpReach::sealed, UdpReach::silent), "failed") == "key-mismatch");
  CHECK(found(with(TcpReach::acked, UdpReach::untried), "failed", encrypted) == "key-mismatch");
  CHECK(found(with(TcpReach::sealed, UdpReach::untried), "failed", encrypted) == "key-mismatch");
  CHECK(found(with(TcpReach::sealed, UdpReach::untried, true), "failed", encrypted) == "false-failure");
}

TEST_CASE("only large packets that get lost are a matter of the MTU") {
  CHECK(found({TcpReach::acked, UdpReach::acked, UdpReach::silent, true, false}) == "mtu");
}

TEST_CASE("who is connected to and says nothing is hung: a kernel that accepts for it is no answer") {
  using enum TcpReach;
  for (const std::string_view status : {"alive", "failed"}) {
    CHECK(found(with(accepted, UdpReach::untried), status, encrypted) == "hung");
    CHECK(found(with(accepted, UdpReach::silent), status) == "hung");
  }
  CHECK(found(with(accepted, UdpReach::untried, true), "failed", encrypted) == "false-failure");
  CHECK(found(with(accepted, UdpReach::acked), "failed") == "false-failure");
  CHECK(found(with(accepted, UdpReach::untried, false, true), "alive", encrypted) == "udp-one-way");
  CHECK(found(with(accepted, UdpReach::refused), "failed") == "udp-blocked");
}

TEST_CASE("who is called failed and answers nothing is never wrongly failed, and never without a finding") {
  using enum TcpReach;
  for (const TcpReach tcp : {untried, accepted, acked, sealed, closed, refused, silent, unreachable}) {
    for (const UdpReach udp : {UdpReach::untried, UdpReach::refused, UdpReach::silent}) {
      for (const Asked& asked : {Asked{}, encrypted}) {
        const std::string id = found(with(tcp, udp), "failed", asked);
        CAPTURE(describe(with(tcp, udp)));
        CHECK_FALSE(id.empty());
        CHECK(id != "false-failure");
      }
    }
  }
}

TEST_CASE("an address that cannot be dialled is told, unless its member is heard all the same") {
  CHECK(found({}, "failed") == "advertised-address");
  CHECK(found(with(TcpReach::untried, UdpReach::untried, true)).empty());
}

TEST_CASE("each finding has its evidence and a remedy") {
  const auto findings =
      judge_member({"web", "10.0.0.1:7946", "failed"}, with(TcpReach::refused, UdpReach::refused), {});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].node == "web");
  CHECK(findings[0].evidence == "at 10.0.0.1:7946, TCP: refused; UDP: refused; query: not acknowledged");
  CHECK_FALSE(findings[0].remedy.empty());
}
