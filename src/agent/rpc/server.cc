#include "agent/rpc/server.h"

#include <algorithm>
#include <utility>

#include "agent/net/address.h"

namespace hearsay::agent::rpc {

/// A connection with its session.
class Server::Client final : public loop::ConnectionHandler, public Transport {
 public:
  Client(Server& server, loop::Connection connection, const swim::Endpoint& peer)
      : server_(server), peer_(peer), connection_(std::move(connection)) {}

  void start() {
    session_ = Session::open(server_.host_, *this);
    connection_.start(*this);
  }

  /// Gone, or told goodbye so long ago that it will not take its last answer any more.
  [[nodiscard]] bool is_over(swim::Instant now) const noexcept { return gone_ || now >= finish_by_; }
  [[nodiscard]] swim::Instant finish_by() const noexcept { return finish_by_; }

  void on_bytes(swim::Bytes bytes) override {
    if (!gone_) {
      session_->receive(bytes);
    }
  }

  void on_flushed() override {
    if (!gone_) {
      session_->on_drained();
    }
  }

  void on_closed(int) override { leave(); }

  void send(swim::Bytes bytes) override {
    if (gone_) {
      return;
    }
    if (connection_.queued_bytes() > limits::output_before_drop) {
      ++server_.counters_.clients_dropped;
      server_.host_.log.warn("agent.ipc: Dropping client that reads too slowly: " +
                             net::format_endpoint(peer_));
      leave();
      return;
    }
    connection_.write(bytes);
  }

  [[nodiscard]] std::size_t waiting_bytes() const override { return gone_ ? 0 : connection_.queued_bytes(); }

  void set_reading(bool wanted) override {
    if (gone_ || wanted == reading_) {
      return;
    }
    reading_ = wanted;
    if (wanted) {
      connection_.resume_reading();
    } else {
      connection_.pause_reading();
    }
  }

  void finish() override {
    if (!gone_ && finish_by_ == swim::never) {
      finish_by_ = loop::Loop::now() + limits::goodbye;
      connection_.close_after_flush();
      server_.sweep_later();
    }
  }

 private:
  /// The session may be on the stack, and an event may be on its way to its streams: both are let go
  /// of in a later turn.
  void leave() {
    gone_ = true;
    server_.sweep_later();
  }

  Server& server_;
  swim::Endpoint peer_;
  loop::Connection connection_;
  std::shared_ptr<Session> session_;
  bool reading_ = true;
  swim::Instant finish_by_ = swim::never;
  bool gone_ = false;
};

tl::expected<std::unique_ptr<Server>, int> Server::listen(loop::Loop& loop, Options options, Backend& backend,
                                                          Log& log) {
  std::unique_ptr<Server> server(new Server(loop, std::move(options.auth_key), backend, log));
  auto listener = loop::Listener::listen(loop, options.at,
                                         [raw = server.get()](loop::Connection connection, const auto& peer) {
                                           raw->accept(std::move(connection), peer);
                                         });
  if (!listener) {
    return tl::unexpected(listener.error());
  }
  server->listener_ = std::make_unique<loop::Listener>(*std::move(listener));
  return server;
}

Server::Server(loop::Loop& loop, std::string auth_key, Backend& backend, Log& log)
    : host_{backend, log, counters_, std::move(auth_key)}, sweeper_(loop, [this] { sweep(); }) {}

Server::~Server() = default;

void Server::accept(loop::Connection connection, const swim::Endpoint& peer) {
  if (clients_.size() == limits::clients) {
    ++counters_.clients_refused;
    host_.log.warn("agent.ipc: Refusing client, too many connections: " + net::format_endpoint(peer));
    return;
  }
  ++counters_.clients_accepted;
  host_.log.info("agent.ipc: Accepted client: " + net::format_endpoint(peer));
  clients_.push_back(std::make_unique<Client>(*this, std::move(connection), peer));
  clients_.back()->start();
}

void Server::sweep_later() {
  sweeper_.arm_in(swim::Duration::zero());
}

void Server::sweep() {
  const swim::Instant now = loop::Loop::now();
  std::erase_if(clients_, [&](const auto& client) { return client->is_over(now); });
  swim::Instant next = swim::never;
  for (const auto& client : clients_) {
    next = std::min(next, client->finish_by());
  }
  sweeper_.arm_at(next);
}

}  // namespace hearsay::agent::rpc
