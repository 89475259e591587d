// What is wrong, from what was measured. Pure: no question is asked here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/stats.h"

namespace hearsay::cli {

struct Finding {
  std::string_view id;  // "tcp-blocked"
  std::string node;     // whom it is about
  std::string what;
  std::string evidence;
  std::string remedy;
};

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

struct Patient {
  std::string name;
  std::string address;
  std::string status;
  bool is_loopback = false;
};

/// The agent that was asked.
struct Asked {
  bool encrypted = false;
  bool is_loopback = false;
};

/// In words: "TCP: accepted; UDP: silent".
[[nodiscard]] std::string describe(const Probed& probed);

/// Why the member looks failed or flaps; none if nothing is to be seen.
[[nodiscard]] std::vector<Finding> judge_member(const Patient& patient, const Probed& probed,
                                                const Asked& asked);

/// Packets so far that an encrypted agent could not read. 0 of one in plain, where that is noise and says
/// nothing of keys.
[[nodiscard]] std::uint64_t unreadable_packets(Stats stats);

/// What is wrong if there are more of them than a moment ago: the count never falls, so that alone shows
/// that they still come.
[[nodiscard]] std::vector<Finding> judge_unreadable_packets(std::string_view name, std::uint64_t before,
                                                            std::uint64_t now);

/// What the agent's own counters tell. `name` is its name, `load` that of its host, or empty, and
/// `conflicts` the lines of its log about contested names.
[[nodiscard]] std::vector<Finding> judge_agent(std::string_view name, Stats stats, std::string_view load,
                                               const std::vector<std::string>& conflicts);

}  // namespace hearsay::cli
