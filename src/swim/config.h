// What a node is told at birth: timing, limits and who it is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "swim/endpoint.h"
#include "swim/gossip/tags.h"
#include "swim/habits.h"
#include "swim/time.h"
#include "swim/wire/keyring.h"

namespace hearsay::swim {

/// memberlist's timing and fan-out (proto/memberlist.md, "Profiles").
struct Timing {
  Duration tcp_timeout;
  int indirect_checks;
  int retransmit_mult;
  int suspicion_mult;
  int suspicion_max_timeout_mult;
  Duration push_pull_interval;
  Duration probe_interval;
  Duration probe_timeout;
  Duration gossip_interval;
  int gossip_nodes;
  Duration gossip_to_the_dead;
  int awareness_max;

  static Timing lan() noexcept;
  static Timing wan() noexcept;
  static Timing local() noexcept;
};

/// Serf's own timing.
struct SerfTiming {
  Duration reap_interval = std::chrono::seconds(15);
  Duration reconnect_interval = std::chrono::seconds(30);
  /// A failed member is dialled less and less often, down to this; the interval or less: always as often.
  Duration reconnect_wait_max = std::chrono::minutes(5);
  Duration reconnect_timeout = std::chrono::hours(24);
  Duration tombstone_timeout = std::chrono::hours(24);
  Duration recent_intent_timeout = std::chrono::minutes(5);
  Duration broadcast_timeout = std::chrono::seconds(5);
  Duration leave_propagate_delay = std::chrono::seconds(1);
  Duration flap_timeout = std::chrono::seconds(60);
  /// A failed name may move to a new address after this long (Serf: when memberlist has forgotten it).
  Duration dead_node_reclaim = std::chrono::seconds(30);
};

/// What Lifeguard added to SWIM, each to be left out for comparison (proto/memberlist.md, "Health" and
/// "Suspicion").
struct Lifeguard {
  bool probe = true;      // who is not well itself probes more patiently
  bool suspicion = true;  // a suspicion ends the sooner the more members confirm it
  bool buddy = true;      // whoever probes a suspect tells it so
};

/// Every limit has a counter in Counters that shows when it is hit.
struct Limits {
  std::size_t members = 100'000;
  // Rumors a queue; then the most transmitted go. Of members fewer: a push/pull brings them too.
  std::size_t member_queue_depth = 1024;
  std::size_t queue_depth = 4096;
  std::size_t recent_intents = 4096;
  std::size_t name_bytes = 1024;
  std::size_t meta_bytes = 512;
  std::size_t user_message_bytes = 16 * 1024;  // a Serf message from a stream
  std::size_t user_event_bytes = 512;
  std::size_t query_bytes = 1024;
  std::size_t query_response_bytes = 1024;
  std::size_t join_dials = 16;  // under way at once for one join
  std::size_t streams_inbound = 128;
  std::size_t streams_per_address = 64;              // of those: one host shall not have them all
  std::size_t streams_bytes = 32U << 20U;            // held by all exchanges together
  std::size_t own_queries = 256;                     // asked here and not done yet
  std::size_t open_queries = 1024;                   // from others, that may still be answered here
  std::size_t indirect_probes = 1024;                // running on behalf of others
  std::size_t extra_probes = 16;                     // waiting, beside the round
  std::size_t flaps = 64;                            // members that came back lately
  std::size_t reclaims = 256;                        // names that ask to move, at once
  std::uint64_t key_uses = std::uint64_t{1} << 31U;  // by the whole cluster; then a warning
  std::size_t nameless_rows = 1U << 18U;             // looked at for who gives no name, in a probe interval
  std::size_t graves = 64;                           // at least 1: addresses of members forgotten
};

/// memberlist and Serf protocol versions a member speaks, in the order of the Vsn array.
struct Versions {
  std::uint8_t protocol_min = 1;
  std::uint8_t protocol_max = 5;
  std::uint8_t protocol_cur = 2;
  std::uint8_t delegate_min = 2;
  std::uint8_t delegate_max = 5;
  std::uint8_t delegate_cur = 5;

  // The first version of memberlist whose members understand it: judged by their protocol_max.
  static constexpr std::uint8_t tcp_ping = 3;
  static constexpr std::uint8_t nack = 4;
  static constexpr std::uint8_t crc = 5;
  static constexpr std::uint8_t relay = 5;

  friend constexpr bool operator==(const Versions&, const Versions&) noexcept = default;
  /// The six bytes of the Vsn array. The view lives as long as this object.
  [[nodiscard]] Bytes wire() const noexcept { return std::as_bytes(std::span(this, 1)); }
  /// Exactly six bytes that make sense (0 < min <= cur <= max, twice); else nothing: one member whose
  /// versions nobody can speak would make every later push/pull of its neighbours fail.
  static std::optional<Versions> from_wire(Bytes bytes) noexcept;
};
static_assert(sizeof(Versions) == 6);

struct Config {
  std::string name;    // 1 to Limits::name_bytes bytes
  Endpoint advertise;  // what peers are told
  std::uint16_t bind_port = 7946;
  Tags tags;
  std::uint8_t protocol = 5;  // Serf's, 2 to 5
  Timing timing = Timing::lan();
  SerfTiming serf;
  Lifeguard lifeguard;
  Habits habits = Habits::hearsay();
  Limits limits;
  bool compress = true;
  bool coordinates = true;
  bool measure = false;                   // tell what was Measured
  bool resolve_conflicts = true;          // ask the cluster who a name belongs to when ours is contested
  std::vector<Buffer> keys;               // primary first; empty: nothing is sealed
  std::array<std::byte, 8> nonce_bits{};  // from the operating system, anew for each process
  /// Clocks and floors restored from a snapshot: the last times seen by the process before.
  std::uint64_t last_member_ltime = 0;
  std::uint64_t last_event_ltime = 0;
  std::uint64_t last_query_ltime = 0;
};

}  // namespace hearsay::swim
