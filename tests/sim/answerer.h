// A process that answers pings and does nothing else, at the address of a host whose node is down:
// what a member looks like that is reachable but says nothing for itself.
#pragma once

#include "sim/cluster.h"
#include "swim/wire/codec.h"
#include "swim/wire/packet.h"

namespace hearsay::sim {

class Answerer final : private swim::wire::PacketHandler {
 public:
  /// Takes Cluster::on_datagram.
  Answerer(Cluster& cluster, NodeIndex host, std::string name)
      : cluster_(cluster), at_(Cluster::address(host)), name_(std::move(name)) {
    cluster.on_datagram = [this](const Cluster::Sent& sent) {
      if (answers && sent.to == at_) {
        from_ = sent.from;
        opener_.open(sent.bytes, {}, *this);
      }
    };
  }

  bool answers = true;
  std::size_t answered = 0;

 private:
  void on_message(swim::wire::MessageType type, swim::Bytes body) override {
    const auto ping = type == swim::wire::MessageType::ping ? swim::wire::decode<swim::wire::Ping>(body)
                                                            : tl::unexpected(swim::wire::DecodeError{});
    if (!ping || ping->node != name_) {
      return;
    }
    ++answered;
    swim::Buffer ack;
    swim::wire::encode(swim::wire::Ack{.seq_no = ping->seq_no, .payload = {}}, ack);
    cluster_.later(2 * cluster_.network.latency,
                   [this, to = from_, ack = std::move(ack)] { cluster_.inject(to, at_, ack); });
  }
  void on_packet_error(swim::wire::PacketError) override {}

  Cluster& cluster_;
  swim::Endpoint at_;
  std::string name_;
  NodeIndex from_ = 0;
  swim::wire::PacketOpener opener_;
};

}  // namespace hearsay::sim
