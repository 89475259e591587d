#include "agent/rpc/server.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "agent/net/address.h"

namespace hearsay::agent::rpc {
namespace {

/// For the log: "10.0.0.1:5000", or "uid 1000, pid 77".
std::string describe(const loop::Connection& connection, const swim::Endpoint& peer) {
  const auto local = connection.local_peer();
  return local ? "uid " + std::to_string(local->uid) + ", pid " + std::to_string(local->pid)
               : net::format_endpoint(peer);
}

/// Whoever could read the agent's memory and files anyway.
bool is_owner(const loop::Connection& connection) {
  const auto local = connection.local_peer();
  return local && (local->uid == 0 || local->uid == ::geteuid());
}

}  // namespace

/// A connection with its session.
class Server::Client final : public loop::ConnectionHandler, public Transport {
 public:
  Client(Server& server, loop::Connection connection, std::string peer)
      : server_(server),
        peer_(std::move(peer)),
        connection_(std::move(connection)),
        answered_at_(loop::Loop::now()),
        greet_by_(answered_at_ + server.greeting_) {}
  ~Client() { server_.held_ -= share_; }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void start() {
    session_ = Session::open(server_.host_, *this, is_owner(connection_));
    connection_.keep_alive();
    connection_.start(*this);
  }

  /// Has not said yet who it is.
  [[nodiscard]] bool is_stranger() const noexcept {
    return !gone_ && finish_by_ == swim::never && !session_->admitted();
  }
  /// When patience with it ends, if nothing changes: it must greet, or take its last answer.
  [[nodiscard]] swim::Instant patience_ends() const noexcept {
    return gone_ ? swim::Instant{} : is_stranger() ? greet_by_ : finish_by_;
  }

  /// When it was last given something. Never: it has something coming, or is on its way out.
  [[nodiscard]] swim::Instant idle_since() const noexcept {
    return gone_ || finish_by_ != swim::never || session_->expects_more() ? swim::never : answered_at_;
  }
  [[nodiscard]] std::size_t held_bytes() const noexcept {
    return gone_ ? 0 : session_->held_bytes() + connection_.held_bytes();
  }
  /// Counts with the server what it holds now instead of what it held at the last call.
  void settle() noexcept {
    server_.held_ -= share_;
    share_ = held_bytes();
    server_.held_ += share_;
  }
  [[nodiscard]] const std::string& peer() const noexcept { return peer_; }

  void on_bytes(swim::Bytes bytes) override {
    if (!gone_) {
      session_->receive(bytes);
      settle();
      server_.bound_memory();
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
      drop(server_.counters_.clients_dropped, "Dropping client that reads too slowly");
      return;
    }
    answered_at_ = loop::Loop::now();
    connection_.write(bytes);
    settle();
    if (connection_.queued_bytes() > 0) {
      server_.bound_memory();
    }
  }

  /// `reason` lives as long as the program.
  void drop(std::uint64_t& counter, const char* reason) {
    leave();
    session_->abandon();
    connection_ = {};
    ++counter;
    dropped_for_ = reason;
  }

  /// Says why it was dropped, if it was. Others may follow the log: not from within their send().
  void tell_end(Log& log) const {
    if (dropped_for_ != nullptr) {
      log.warn(std::string("agent.ipc: ") + dropped_for_ + ": " + peer_);
    }
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
    settle();
    server_.sweep_later();
  }

  Server& server_;
  std::string peer_;
  loop::Connection connection_;
  std::shared_ptr<Session> session_;
  std::size_t share_ = 0;  // in Server::held_
  bool reading_ = true;
  swim::Instant answered_at_;
  swim::Instant greet_by_;
  swim::Instant finish_by_ = swim::never;
  bool gone_ = false;
  const char* dropped_for_ = nullptr;
};

tl::expected<std::unique_ptr<Server>, int> Server::listen(loop::Loop& loop, Options options, Backend& backend,
                                                          Log& log) {
  const swim::Endpoint at = options.at;
  std::unique_ptr<Server> server(new Server(loop, std::move(options), backend, log));
  auto on_accept = [raw = server.get()](loop::Connection connection, const swim::Endpoint& peer) {
    raw->accept(std::move(connection), peer);
  };
  auto listener = server->local_ ? loop::Listener::adopt(loop, server->local_->take(), std::move(on_accept))
                                 : loop::Listener::listen(loop, at, std::move(on_accept));
  if (!listener) {
    return tl::unexpected(listener.error());
  }
  server->listener_ = std::make_unique<loop::Listener>(*std::move(listener));
  server->port_ = server->local_ ? std::uint16_t{0} : server->listener_->port();
  return server;
}

Server::Server(loop::Loop& loop, Options options, Backend& backend, Log& log)
    : host_{backend, log, counters_, std::move(options.auth_key), options.shows_keys},
      greeting_(options.greeting),
      idle_(options.idle),
      sweeper_(loop, [this] { sweep(); }),
      patience_(loop, [this] { finish_winding_down(); }),
      local_(std::move(options.local)) {}

Server::~Server() = default;

void Server::accept(loop::Connection connection, const swim::Endpoint& peer) {
  std::string who = describe(connection, peer);
  if (clients_.size() == limits::clients && !make_room()) {
    ++counters_.clients_refused;
    host_.log.warn("agent.ipc: Refusing client, too many connections: " + who);
    return;
  }
  ++counters_.clients_accepted;
  host_.log.info("agent.ipc: Accepted client: " + who);
  clients_.push_back(std::make_unique<Client>(*this, std::move(connection), std::move(who)));
  clients_.back()->start();
  if (!sweeper_.armed()) {
    sweeper_.arm_at(clients_.back()->patience_ends());
  }
}

/// Who holds a place without using it loses it to the next: else whoever can connect could lock out
/// everybody.
bool Server::make_room() {
  return make_room_of_strangers() || make_room_of_idle();
}

bool Server::make_room_of_strangers() {
  const auto oldest =
      std::ranges::find_if(clients_, [](const auto& client) { return client->is_stranger(); });
  if (oldest == clients_.end()) {
    return false;
  }
  ++counters_.clients_silent;
  clients_.erase(oldest);
  return true;
}

bool Server::make_room_of_idle() {
  const auto longest =
      std::ranges::min_element(clients_, {}, [](const auto& client) { return client->idle_since(); });
  if (loop::Loop::now() - idle_ < (*longest)->idle_since()) {
    return false;
  }
  ++counters_.clients_idle;
  const std::string who = (*longest)->peer();
  clients_.erase(longest);
  host_.log.warn("agent.ipc: Too many connections, hung up on client that asked nothing for longest: " + who);
  return true;
}

void Server::bound_memory() {
  while (held_ > limits::held_by_all && held_now() > limits::held_by_all) {
    (*std::ranges::max_element(clients_, {}, [](const auto& client) { return client->held_bytes(); }))
        ->drop(counters_.clients_greedy,
               "All clients together hold too much, dropping the one that holds most");
  }
}

std::size_t Server::held_now() {
  for (const auto& client : clients_) {
    client->settle();
  }
  return held_;
}

void Server::sweep_later() {
  sweeper_.arm_in(swim::Duration::zero());
}

void Server::let_go() {
  const swim::Instant now = loop::Loop::now();
  const auto first = std::stable_partition(
      clients_.begin(), clients_.end(), [now](const auto& client) { return now < client->patience_ends(); });
  const std::vector<std::unique_ptr<Client>> leaving(std::make_move_iterator(first),
                                                     std::make_move_iterator(clients_.end()));
  clients_.erase(first, clients_.end());
  for (const auto& client : leaving) {
    if (client->is_stranger()) {
      ++counters_.clients_silent;
    }
    client->tell_end(host_.log);  // may have others dropped, of whom the next sweep lets go
  }
}

void Server::sweep() {
  let_go();
  swim::Instant next = swim::never;
  for (const auto& client : clients_) {
    next = std::min(next, client->patience_ends());
  }
  sweeper_.arm_at(next);
  if (clients_.empty()) {
    finish_winding_down();
  }
}

void Server::wind_down(std::function<void()> done) {
  wound_down_ = std::move(done);
  listener_.reset();
  local_.reset();
  patience_.arm_in(limits::wind_down);
  sweep_later();
}

/// The server may be gone after the call.
void Server::finish_winding_down() {
  if (const auto done = std::exchange(wound_down_, nullptr)) {
    done();
  }
}

}  // namespace hearsay::agent::rpc
