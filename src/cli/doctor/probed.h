// What was tried with a member, and what came of it.
#pragma once

#include <cstdint>
#include <string>

namespace hearsay::cli::doctor {

enum class TcpReach : std::uint8_t {
  untried,
  accepted,  // without a word, as a kernel does for a process that is stopped; or none was asked for
  acked,     // a plain ping was answered
  sealed,    // answered under a key, or told to seal
  closed,    // hung up on a plain ping, or said what no agent says
  refused,
  silent,
  unreachable,  // the network says so
};

enum class UdpReach : std::uint8_t { untried, acked, refused, silent };

/// What was tried with one member.
struct Probed {
  TcpReach tcp = TcpReach::untried;
  UdpReach small = UdpReach::untried;
  UdpReach large = UdpReach::untried;  // a ping of 1400 bytes
  bool acks_query = false;             // straight to the agent asked
  bool acks_relayed = false;           // through others

  friend bool operator==(const Probed&, const Probed&) = default;
};

/// In words: "TCP: accepted; UDP: silent".
[[nodiscard]] std::string describe(const Probed& probed);

}  // namespace hearsay::cli::doctor
