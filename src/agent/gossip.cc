#include "agent/gossip.h"

#include <string>
#include <utility>

#include "agent/memory.h"
#include "agent/net/address.h"

namespace hearsay::agent {
namespace {

// A burst may need much; an idle agent shall not keep it.
constexpr std::size_t output_bytes_kept = 64U << 10U;

std::string bind_error(std::string_view protocol, const swim::Endpoint& at, int error) {
  return "Cannot listen on " + net::format_endpoint(at) + " (" + std::string(protocol) +
         "): " + std::string(loop::describe_error(error)) + ". Choose another address or port with -bind";
}

}  // namespace

Gossip::Gossip(loop::Loop& loop)
    : loop_(&loop),
      streams_(loop, *this),
      deadline_(loop, [this] { tick_.request(); }),
      tick_(loop,
            [this] {
              armed_for_ = swim::never;
              act([](swim::Node& node, swim::Instant now, swim::Output& out) { node.tick(now, out); });
            }),
      backlog_(loop, [this] { tcp_->resume(); }) {}

tl::expected<std::unique_ptr<Gossip>, std::string> Gossip::open(loop::Loop& loop, const swim::Endpoint& bind,
                                                                systemd::GivenSockets* given) {
  std::unique_ptr<Gossip> gossip(new Gossip(loop));
  systemd::GivenSockets none;
  return gossip->listen(bind, given != nullptr ? *given : none).map([&] { return std::move(gossip); });
}

tl::expected<void, std::string> Gossip::listen(const swim::Endpoint& at, systemd::GivenSockets& given) {
  using Kind = systemd::GivenSockets::Kind;
  const auto on_accept = [this](loop::Connection connection, const swim::Endpoint& peer) {
    accept(std::move(connection), peer);
  };
  auto tcp = given.open(Kind::listening, at, loop_->link(), [&](Fd bound) {
    return loop::Listener::listen(*loop_, at, on_accept, std::move(bound));
  });
  if (!tcp) {
    return tl::unexpected(bind_error("TCP", at, tcp.error()));
  }
  tcp_ = std::move(*tcp);
  const swim::Endpoint same{.ip = at.ip, .port = tcp_->port()};
  const auto on_datagram = [this](const swim::Endpoint& from, swim::Bytes datagram) {
    if (node_) {
      node_->receive(loop::Loop::now(), from, datagram, out_);
    }
  };
  const auto on_refused = [this](const swim::Endpoint& by, swim::Bytes quoted) {
    if (node_) {
      node_->refused(loop::Loop::now(), by, quoted, out_);
    }
  };
  auto udp = given.open(Kind::datagram, same, loop_->link(), [&](Fd bound) {
    return net::UdpSocket::open(
        *loop_, same, on_datagram, [this] { drain(); }, on_refused, std::move(bound));
  });
  if (!udp) {
    return tl::unexpected(bind_error("UDP", same, udp.error()));
  }
  udp_ = std::move(*udp);
  return {};
}

void Gossip::start(swim::Config config, std::uint64_t seed, OnEvent on_event) {
  on_event_ = std::move(on_event);
  node_ = std::make_unique<swim::Node>(std::move(config), seed, loop::Loop::now());
  act([](swim::Node& node, swim::Instant now, swim::Output& out) { node.start(now, out); });
}

void Gossip::accept(loop::Connection connection, const swim::Endpoint& peer) {
  if (!node_) {
    return;
  }
  const Draining after(*this);
  if (const auto stream = node_->stream_accepted(loop::Loop::now(), peer, out_)) {
    streams_.adopt(*stream, std::move(connection));
  }
  if (!node_->takes_streams()) {
    tcp_->hold();
    ++streams_held_back_;
  }
}

void Gossip::on_stream_connected(swim::StreamId stream) {
  act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    node.stream_connected(now, stream, out);
  });
}

void Gossip::on_stream_bytes(swim::StreamId stream, swim::Bytes bytes) {
  act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    node.stream_received(now, stream, bytes, out);
  });
}

void Gossip::on_stream_closed(swim::StreamId stream, swim::StreamEnd end, std::string_view reason) {
  act([&](swim::Node& node, swim::Instant now, swim::Output& out) {
    node.stream_closed(now, stream, end, reason, out);
  });
}

void Gossip::drain() {
  if (draining_) {
    return;  // we are inside an event; the loop below goes on until nothing is left
  }
  draining_ = true;
  bool burst = false;
  while (!out_.empty()) {
    std::swap(out_, working_);
    udp_->send(working_);
    for (swim::StreamAction& action : working_.streams) {
      streams_.apply(action);
    }
    for (swim::Event& event : working_.events) {
      on_event_(std::move(event));
    }
    working_.clear();
    if (working_.held() > output_bytes_kept) {
      working_ = {};
      burst = true;
    }
  }
  draining_ = false;
  if (tcp_->is_held() && node_->takes_streams()) {
    backlog_.request();
  }
  arm();
  if (burst) {
    give_back_pages();
  }
}

void Gossip::arm() {
  if (!node_) {
    return;
  }
  if (const swim::Instant next = node_->next_deadline(); next != armed_for_) {
    deadline_.arm_at(next);
    armed_for_ = next;
  }
}

}  // namespace hearsay::agent
