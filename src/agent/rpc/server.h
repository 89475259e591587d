// The agent's RPC over TCP or a local socket (proto/rpc.md).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/loop/listener.h"
#include "agent/loop/timer.h"
#include "agent/net/local_socket.h"
#include "agent/rpc/counters.h"
#include "agent/rpc/session.h"

namespace hearsay::agent::rpc {

class Server {
 public:
  struct Options {
    swim::Endpoint at;
    std::optional<net::LocalSocket> local;  // instead of `at`
    std::string auth_key;                   // empty: nobody has to authenticate
    bool shows_keys = false;                // Host::shows_keys
    swim::Duration greeting = limits::greeting;
    swim::Duration idle = limits::idle;
  };

  /// `loop`, `backend` and `log` outlive the server. The error is a code for describe_error(), such
  /// as UV_EADDRINUSE.
  static tl::expected<std::unique_ptr<Server>, int> listen(loop::Loop& loop, Options options,
                                                           Backend& backend, Log& log);
  /// Hangs up on every client.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Accepts nobody any more and calls `done` when the clients have hung up, or after a moment: Go's
  /// client takes an answer for lost when the connection ends on its heels.
  void wind_down(std::function<void()> done);

  /// Of TCP. With port 0 asked for, the one the kernel chose.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::size_t client_count() const noexcept { return clients_.size(); }
  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  class Client;

  Server(loop::Loop& loop, Options options, Backend& backend, Log& log);
  void accept(loop::Connection connection, const swim::Endpoint& peer);
  bool make_room();
  bool make_room_of_strangers();
  bool make_room_of_idle();
  /// To be called when a client has come to hold more than before, and has settled that.
  void bound_memory();
  /// Counts all clients anew.
  std::size_t held_now();
  /// Of clients that are gone, or have had their time.
  void let_go();
  /// Lets go of clients, from a turn of the loop in which none of them is running.
  void sweep();
  void sweep_later();
  void finish_winding_down();

  Counters counters_;
  Host host_;
  swim::Duration greeting_;
  swim::Duration idle_;
  /// By all clients, each as of its last event. It may be less by now, since what waits is taken without a
  /// word, but not more.
  std::size_t held_ = 0;
  std::vector<std::unique_ptr<Client>> clients_;  // the oldest first
  loop::Timer sweeper_;
  loop::Timer patience_;              // with clients that do not hang up
  std::function<void()> wound_down_;  // empty: not winding down
  std::optional<net::LocalSocket> local_;
  std::unique_ptr<loop::Listener> listener_;
  std::uint16_t port_ = 0;
};

}  // namespace hearsay::agent::rpc
