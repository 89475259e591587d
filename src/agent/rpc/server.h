// The agent's RPC over TCP (proto/rpc.md).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "agent/loop/listener.h"
#include "agent/loop/timer.h"
#include "agent/rpc/counters.h"
#include "agent/rpc/session.h"

namespace hearsay::agent::rpc {

class Server {
 public:
  struct Options {
    swim::Endpoint at;
    std::string auth_key;  // empty: nobody has to authenticate
  };

  /// `loop`, `backend` and `log` outlive the server. The error is a code for describe_error(), such
  /// as UV_EADDRINUSE.
  static tl::expected<std::unique_ptr<Server>, int> listen(loop::Loop& loop, Options options,
                                                           Backend& backend, Log& log);
  /// Hangs up on every client.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// With port 0 asked for, the one the kernel chose.
  [[nodiscard]] std::uint16_t port() const noexcept { return listener_->port(); }
  [[nodiscard]] std::size_t client_count() const noexcept { return clients_.size(); }
  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  class Client;

  Server(loop::Loop& loop, std::string auth_key, Backend& backend, Log& log);
  void accept(loop::Connection connection, const swim::Endpoint& peer);
  /// Lets go of clients that are gone, from a turn of the loop in which none of them is running.
  void sweep();
  void sweep_later();

  Counters counters_;
  Host host_;
  std::vector<std::unique_ptr<Client>> clients_;
  loop::Timer sweeper_;
  std::unique_ptr<loop::Listener> listener_;
};

}  // namespace hearsay::agent::rpc
