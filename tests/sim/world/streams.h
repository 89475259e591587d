// TCP between hosts: segments that arrive in order, later when one is lost, or not at all.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/world/address.h"
#include "sim/world/engine.h"
#include "sim/world/pool.h"
#include "swim/node.h"

namespace hearsay::sim {

/// Both ends of every connection, as their kernels see it. A lost segment is sent again after 200 ms, a
/// lost SYN after a second, and each further time after twice as long; what was written after it waits.
/// A listener that is paused is connected to all the same, and accepts when it goes on.
class Streams {
 public:
  explicit Streams(Engine& engine) : engine_(engine) {}

  // ---- what a node wants -----------------------------------------------------------------------
  void dial(NodeIndex from, swim::StreamId stream, NodeIndex to);
  void write(NodeIndex i, swim::StreamId stream, swim::Buffer&& bytes);
  void close(NodeIndex i, swim::StreamId stream);
  /// The process is gone. Its kernel resets what was open; with `silent` the kernel is gone too.
  void process_ended(NodeIndex i, bool silent);

  // ---- what the agenda says --------------------------------------------------------------------
  /// A Happening::retry: a lost segment is sent again.
  void retry(std::uint32_t slot);
  /// Who gets the segment of a Happening::segment; nobody if its connection is gone.
  [[nodiscard]] std::optional<NodeIndex> receiver(std::uint32_t slot);
  /// It has come to a host: what its kernel does at once. `listening`: there is a process; `silent`: not
  /// even a kernel. False: no process will hear of it.
  [[nodiscard]] bool reach_kernel(std::uint32_t slot, bool listening, bool silent);
  /// Tells the process and forgets the segment.
  void deliver(std::uint32_t slot, swim::Node& node, swim::Output& out);
  void forget(std::uint32_t slot);

  /// Connections that are not over at both ends.
  [[nodiscard]] std::size_t size() const noexcept { return connections_.size(); }

 private:
  using ConnectionId = std::uint64_t;
  struct Segment {
    enum class Kind : std::uint8_t { syn, syn_ack, data, fin, reset } kind = Kind::data;
    const char* reason = "";
    swim::StreamEnd why = swim::StreamEnd::gone;
    swim::Buffer bytes;
  };
  struct End {
    /// `quiet`: has heard nothing yet; `backlog`: connected, and not accepted by the process yet.
    enum class State : std::uint8_t { quiet, backlog, open, closed } state = State::quiet;
    NodeIndex host = 0;
    swim::StreamId stream = 0;
    std::deque<Segment> unsent;  // or sent and lost
    std::size_t packets_left = 0;
    int tries = 0;
    bool waits = false;  // for a retry
    swim::Instant last_arrival{};
  };
  struct Connection {
    End end[2];  // 0 dialled
  };
  /// A segment under way to `end`.
  struct Arrival {
    ConnectionId connection = 0;
    int end = 0;
    Segment segment;
  };
  struct Retry {
    ConnectionId connection;
    int end;
  };

  static std::uint64_t key(NodeIndex i, swim::StreamId stream) { return (std::uint64_t{i} << 32U) | stream; }
  static bool is_of_process(const End& end, NodeIndex i);
  Connection* find(ConnectionId id);
  void open(ConnectionId id, int end, swim::StreamId stream);
  void shut(Connection& connection, int end);
  void push(ConnectionId id, int end, Segment segment);
  void transmit(ConnectionId id, int end);
  bool gets_through(Connection& connection, int end);
  void send_again_later(ConnectionId id, int end);
  void give_up(ConnectionId id, Connection& connection, int end);
  void schedule(ConnectionId id, int end, swim::Instant at, Segment segment);
  void accept(const Arrival& arrival, swim::Node& node, swim::Output& out);
  void tell(Arrival& arrival, Connection& connection, swim::Node& node, swim::Output& out);
  void forget_if_over(ConnectionId id);

  Engine& engine_;
  ConnectionId last_id_ = 0;
  std::unordered_map<ConnectionId, Connection> connections_;   // never walked in an order that shows
  std::unordered_map<std::uint64_t, ConnectionId> of_stream_;  // by key(host, stream), of open ends
  Pool<Arrival> arrivals_;
  Pool<Retry> retries_;
};

}  // namespace hearsay::sim
