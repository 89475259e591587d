// A member of a cluster, as a machine: bytes and time in, an Output out.
//
// The host's duties:
//   1. Call receive() with every datagram and stream_*() with whatever happens on a connection.
//      After a pause (a stopped process, a busy host) hand over what waits in the sockets before
//      calling tick(): else peers that answered in time look silent.
//   2. Call tick() when next_deadline() has come; ask for it again after every call.
//   3. After every call act on the Output in order, then clear it. Datagrams may be lost; stream
//      actions may fail, and the node must be told.
//   4. Never let `now` go back.
// Nothing here touches a socket, a clock, a file or a thread, and the same calls with the same seed
// give the same Outputs everywhere.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "swim/config.h"
#include "swim/counters.h"
#include "swim/event.h"
#include "swim/gauges.h"
#include "swim/gossip/coordinate.h"
#include "swim/members/member_table.h"
#include "swim/output.h"

namespace hearsay::swim {

struct Seed {
  Endpoint at;
};

struct Stats {
  std::size_t members, failed, left;
  int health_score;
  std::uint64_t member_time, event_time, query_time;
  std::size_t member_queue, intent_queue, event_queue, query_queue;
  bool encrypted;
};

/// A message over its limit: how many bytes it takes and how many it may.
struct TooLarge {
  enum class Limit : std::uint8_t {
    tags,           // 512 bytes encoded
    event_raw,      // name and payload over user_event_bytes
    event_encoded,  // whole message over user_event_bytes
    packet,         // no packet can carry it
  } limit;
  std::size_t size;
  std::size_t allowed;
};

/// Whom a query asks, and how.
struct QueryOptions {
  std::vector<std::string> nodes;  // empty: everybody
  Tags tags;                       // tag -> RE2 pattern, unanchored; all must match
  bool want_acks = false;
  std::uint8_t relay_factor = 0;        // other members that bring each answer a second time
  Duration timeout = Duration::zero();  // zero: by the size of the cluster
  Duration linger = Duration::zero();   // from the last answer to QueryDone, within the timeout
};

struct QueryRefused {
  enum class Why : std::uint8_t { too_large, unsupported, too_many } why;
  std::size_t size;
  std::size_t allowed;
};

struct RespondRefused {
  enum class Why : std::uint8_t { already_sent, past_deadline, too_large } why;
  std::size_t size;
  std::size_t allowed;
};

/// Where the node itself is in its life.
enum class Phase : std::uint8_t { running, leaving, left };

class Node {
 public:
  Node(Config config, std::uint64_t seed, Instant now);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Call once, before anything else: the node joins its own table and says so.
  void start(Instant now, Output& out);

  // ---- what happened -------------------------------------------------------------------------
  void receive(Instant now, const Endpoint& from, Bytes datagram, Output& out);
  /// An ICMP error says that nobody listens at `by` (port unreachable, no other kind), and quotes the
  /// datagram it is about from its first byte. Anybody can forge one: it is evidence, and only for whom is
  /// being probed.
  void refused(Instant now, const Endpoint& by, Bytes quoted, Output& out);
  /// Runs every deadline at or before `now`.
  void tick(Instant now, Output& out);
  /// `never` if there is none. May be in the past: then tick() at once.
  [[nodiscard]] Instant next_deadline() const;

  /// There is room for another peer's stream. A host that lets peers wait until there is refuses nobody.
  [[nodiscard]] bool takes_streams() const noexcept;
  /// A peer connected. Nothing: refuse it (too many), close the connection.
  std::optional<StreamId> stream_accepted(Instant now, const Endpoint& from, Output& out);
  void stream_connected(Instant now, StreamId stream, Output& out);
  void stream_received(Instant now, StreamId stream, Bytes bytes, Output& out);
  /// Dialling failed, the peer closed or reset. `reason` is for people only. Not to be called for a stream
  /// the node has closed.
  void stream_closed(Instant now, StreamId stream, StreamEnd end, std::string_view reason, Output& out);

  // ---- what the user wants -------------------------------------------------------------------
  /// Exchanges state with every seed, Limits::join_dials at a time; JoinDone when all have ended.
  /// `ignore_old_events`: user events from before the join are not delivered (Serf's default; -replay turns
  /// it off).
  void join(Instant now, CommandId command, std::span<const Seed> seeds, bool ignore_old_events, Output& out);
  /// Says goodbye and goes on answering until it has spread; then CommandDone. False: already leaving.
  bool leave(Instant now, CommandId command, Output& out);
  /// CommandDone when the change has been gossiped (at once when alone).
  tl::expected<void, TooLarge> set_tags(Instant now, CommandId command, Tags tags, Output& out);
  tl::expected<void, TooLarge> send_event(Instant now, std::string_view name, Bytes payload, bool coalesce,
                                          Output& out);
  /// Turns a failed member into a left one everywhere, or erases it with `prune`. An unknown name
  /// is no error. CommandDone when it has been gossiped.
  void force_leave(Instant now, CommandId command, std::string_view name, bool prune, Output& out);

  /// Asks the cluster: QueryAcked and QueryAnswered as they come, QueryDone when everybody asked has
  /// answered or the time is over. Internal queries (`_serf_`) are asked the same way.
  tl::expected<void, QueryRefused> query(Instant now, CommandId command, std::string_view name, Bytes payload,
                                         const QueryOptions& options, Output& out);
  /// No more events of that query.
  void cancel_query(CommandId command);
  /// Answers a query received: once, in time, within Limits::query_response_bytes.
  tl::expected<void, RespondRefused> respond(Instant now, const QueryKey& query, Bytes payload, Output& out);

  /// Works on this node's ring. With encryption off there is none: not_installed.
  tl::expected<void, wire::KeyError> change_keyring(KeyOperation operation, Bytes key);
  /// Answers a KeyRequested with what the ring now is; `error`, if any, says what went wrong.
  tl::expected<void, RespondRefused> answer_key_request(Instant now, const QueryKey& query,
                                                        KeyOperation operation, std::string_view error,
                                                        Output& out);

  // ---- what is known -------------------------------------------------------------------------
  [[nodiscard]] const MemberTable& members() const noexcept;
  [[nodiscard]] MemberId self() const noexcept;
  [[nodiscard]] const Config& config() const noexcept;
  [[nodiscard]] const Tags& tags() const noexcept;
  [[nodiscard]] Phase phase() const noexcept;
  [[nodiscard]] const wire::Keyring& keyring() const noexcept;
  [[nodiscard]] Duration default_query_timeout() const;
  [[nodiscard]] Stats stats() const;
  [[nodiscard]] Counters counters() const;
  [[nodiscard]] Gauges gauges() const;
  /// Our own, or the last one heard from that peer; nothing if never heard or turned off.
  [[nodiscard]] std::optional<Coordinate> coordinate(std::string_view name) const;

  /// Asserts everything that must hold between calls. Tests call it after every step.
  void check_invariants() const;

  /// The inside, for src/swim alone (core.h), and for the simulator of programs that are built otherwise.
  struct Core;
  [[nodiscard]] Core& core() noexcept { return *core_; }

 private:
  std::unique_ptr<Core> core_;
};

}  // namespace hearsay::swim
