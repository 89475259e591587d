// A node that knows two others, to be attacked; what it sends is looked at.
#pragma once

#include <cstddef>

#include "fuzz/target.h"
#include "swim/node.h"
#include "swim/wire/packet.h"

namespace hearsay::fuzz {

class Victim {
 public:
  /// Named "a". `sealed`: it has the key counting_key(32).
  explicit Victim(bool sealed);

  static swim::Endpoint member() { return {swim::IpAddress::v4(10, 0, 0, 2), 7946}; }
  static swim::Endpoint stranger() { return {swim::IpAddress::v4(10, 9, 9, 9), 7946}; }

  /// One datagram; where the cluster seals, this is what the seal holds.
  void receive(const swim::Endpoint& from, swim::Bytes datagram);
  /// A connection of a peer's, with all that it sends; then it is closed.
  void accept(const swim::Endpoint& from, swim::Bytes stream, std::size_t piece);
  /// We join `member()`, which answers so.
  void join(swim::Bytes answer, std::size_t piece);
  /// Runs the next few deadlines.
  void pass_time(int deadlines);

 private:
  swim::Buffer sealed(swim::Bytes plain) const;
  /// What must be so after every call, and of all that the node wants done.
  void check();
  void check_datagram(swim::Bytes bytes) const;
  void feed(swim::StreamId stream, swim::Bytes bytes, std::size_t piece);
  [[nodiscard]] bool wants_closed(swim::StreamId stream) const;

  swim::wire::Keyring ring_;
  swim::Node node_;
  swim::Instant now_{};
  swim::Output out_;
  mutable swim::wire::PacketOpener opener_;
};

}  // namespace hearsay::fuzz
