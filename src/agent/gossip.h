// The core with its sockets: brings it what happens and does what it wants done.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <tl/expected.hpp>

#include "agent/loop/after_poll.h"
#include "agent/loop/listener.h"
#include "agent/loop/timer.h"
#include "agent/net/gossip_streams.h"
#include "agent/net/udp_socket.h"
#include "agent/systemd/given_sockets.h"
#include "swim/node.h"

namespace hearsay::agent {

class Gossip final : private net::StreamListener {
 public:
  /// May call act(); the event is the callee's.
  using OnEvent = std::function<void(swim::Event event)>;

  /// UDP and TCP on `config.bind_port` of `bind`; 0 lets the kernel choose one for both. Nothing is
  /// answered before start(). Of `given`, if there are any, it takes what is bound there. The error is one
  /// line that says what to do.
  static tl::expected<std::unique_ptr<Gossip>, std::string> open(loop::Loop& loop, const swim::Endpoint& bind,
                                                                 systemd::GivenSockets* given = nullptr);

  Gossip(const Gossip&) = delete;
  Gossip& operator=(const Gossip&) = delete;

  /// The port of both sockets.
  [[nodiscard]] std::uint16_t port() const noexcept { return tcp_->port(); }

  /// The sockets' descriptors, to hand to others; still the gossip's.
  [[nodiscard]] int udp() const noexcept { return udp_->descriptor(); }
  [[nodiscard]] int tcp() const noexcept { return tcp_->descriptor(); }

  /// The node comes to life. Once.
  void start(swim::Config config, std::uint64_t seed, OnEvent on_event);

  [[nodiscard]] const swim::Node& node() const noexcept { return *node_; }
  /// Calls `verb(swim::Node&, swim::Instant now, swim::Output&)` and does what comes of it, now or,
  /// from inside an event, when that is over. Returns what the verb returns.
  template <class Verb>
  auto act(Verb&& verb) {
    const Draining after(*this);
    return verb(*node_, loop::Loop::now(), out_);
  }

  [[nodiscard]] net::UdpCounters udp_counters() const noexcept { return udp_->counters(); }
  /// How often peers had to wait in the kernel's backlog, because as many as the core takes were here.
  [[nodiscard]] std::uint64_t streams_held_back() const noexcept { return streams_held_back_; }
  [[nodiscard]] std::uint64_t streams_aborted() const noexcept { return streams_.aborted(); }

 private:
  /// Drains at the end of a scope, so that a verb's result can be returned.
  class Draining {
   public:
    explicit Draining(Gossip& gossip) noexcept : gossip_(&gossip) {}
    ~Draining() { gossip_->drain(); }
    Draining(const Draining&) = delete;
    Draining& operator=(const Draining&) = delete;

   private:
    Gossip* gossip_;
  };

  explicit Gossip(loop::Loop& loop);
  tl::expected<void, std::string> listen(const swim::Endpoint& at, systemd::GivenSockets& given);

  void accept(loop::Connection connection, const swim::Endpoint& peer);
  void on_stream_connected(swim::StreamId stream) override;
  void on_stream_bytes(swim::StreamId stream, swim::Bytes bytes) override;
  void on_stream_closed(swim::StreamId stream, swim::StreamEnd end, std::string_view reason) override;
  void drain();
  void arm();

  loop::Loop* loop_;
  OnEvent on_event_;
  std::optional<net::UdpSocket> udp_;
  std::optional<loop::Listener> tcp_;
  net::GossipStreams streams_;
  loop::Timer deadline_;
  loop::AfterPoll tick_;
  loop::AfterPoll backlog_;  // room for another peer: not inside the event that made it
  std::unique_ptr<swim::Node> node_;
  swim::Output out_;      // what the core has just said
  swim::Output working_;  // what is being done; the two change places
  swim::Instant armed_for_ = swim::never;
  std::uint64_t streams_held_back_ = 0;
  bool draining_ = false;
};

}  // namespace hearsay::agent
