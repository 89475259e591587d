// A socket that peers connect to.
#pragma once

#include <functional>
#include <memory>

#include <tl/expected.hpp>

#include "agent/fd.h"
#include "agent/loop/connection.h"

namespace hearsay::agent::loop {

class Listener {
 public:
  /// What to do with a new connection: keep it and start() it, or drop it, which refuses the peer.
  using OnAccept = std::function<void(Connection connection, const swim::Endpoint& peer)>;

  /// [::] takes IPv4 peers too. `bound`: a socket that is bound there already, or none. The error is a code
  /// for describe_error(), such as UV_EADDRINUSE.
  static tl::expected<Listener, int> listen(Loop& loop, const swim::Endpoint& at, OnAccept on_accept,
                                            Fd bound = {});

  /// On a local socket that somebody has bound. Peers come without an address; see
  /// Connection::local_peer().
  static tl::expected<Listener, int> adopt(Loop& loop, Fd bound, OnAccept on_accept);

  /// Until resume() peers wait in the kernel's backlog, and no new connection is handed over.
  void hold() noexcept;
  /// May hand over a connection before it returns.
  void resume();
  [[nodiscard]] bool is_held() const noexcept;

  /// Of TCP. With port 0 asked for, the one the kernel chose.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// To hand to others; still the listener's.
  [[nodiscard]] int descriptor() const noexcept;

 private:
  struct State;
  struct Close {
    void operator()(State* state) const noexcept;
  };
  Listener(Loop& loop, OnAccept on_accept, Connection::Kind kind);
  tl::expected<void, int> start();

  std::unique_ptr<State, Close> state_;
};

}  // namespace hearsay::agent::loop
