// One byte stream to a peer: TCP, or a local socket that a Listener accepted.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include <tl/expected.hpp>

#include "agent/loop/loop.h"
#include "swim/bytes.h"
#include "swim/endpoint.h"

struct uv_stream_s;

namespace hearsay::agent::loop {

/// Called on the loop. A handler may destroy its Connection (and itself) in any of these.
class ConnectionHandler {
 public:
  virtual void on_connected() {}
  /// The view is good during the call only.
  virtual void on_bytes(swim::Bytes bytes) = 0;
  /// All that was queued is with the kernel.
  virtual void on_flushed() {}
  /// The end; nothing follows. 0: an orderly end by the peer, or close_after_flush() is done. Else a
  /// negative code for describe_error().
  virtual void on_closed(int error) = 0;

 protected:
  ~ConnectionHandler() = default;
};

/// The process at the other end of a local socket, as the kernel knows it.
struct LocalPeer {
  unsigned uid;
  int pid;
};

/// Destruction aborts: what is queued is thrown away, the handler hears nothing.
class Connection {
 public:
  /// An empty one: may only be assigned to, destroyed, or asked for is_open().
  Connection() = default;
  /// Dials from an unbound socket; then on_connected() or on_closed(), never before this returns.
  /// Writes may be queued meanwhile. What fails on the spot (no route, no descriptors) is returned:
  /// a code for describe_error().
  static tl::expected<Connection, int> connect(Loop& loop, const swim::Endpoint& to,
                                               ConnectionHandler& handler);

  /// For a connection that a Listener accepted: until this nothing is read.
  void start(ConnectionHandler& handler);

  /// Never blocks. What the kernel does not take at once is queued; see queued_bytes(). Errors
  /// show as on_closed().
  void write(swim::Bytes bytes);
  [[nodiscard]] std::size_t queued_bytes() const noexcept;
  /// Memory that what is queued takes.
  [[nodiscard]] std::size_t held_bytes() const noexcept;
  /// Reads nothing more; when the queue is out, sends the end of the stream and calls on_closed(0).
  /// Bounding the wait is the caller's part.
  void close_after_flush();

  /// Nothing for TCP.
  [[nodiscard]] std::optional<LocalPeer> local_peer() const noexcept;

  /// Has the kernel ask a silent peer now and then whether it is still there.
  void keep_alive() noexcept;

  /// Stops and resumes on_bytes(), so that the peer feels the pressure.
  void pause_reading() noexcept;
  void resume_reading() noexcept;

  [[nodiscard]] bool is_connected() const noexcept;
  [[nodiscard]] bool is_open() const noexcept { return state_ != nullptr; }

 private:
  friend class Listener;
  struct State;
  struct Close {
    void operator()(State* state) const noexcept;
  };
  enum class Kind : bool { tcp, local };
  Connection(Loop& loop, Kind kind);
  /// `peer` stays as it is if it is a local one.
  [[nodiscard]] bool accept_from(uv_stream_s* listener, swim::Endpoint& peer) noexcept;

  std::unique_ptr<State, Close> state_;
};

}  // namespace hearsay::agent::loop
