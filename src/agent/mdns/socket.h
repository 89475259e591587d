// A UDP socket for multicast DNS.
#pragma once

#include <functional>
#include <memory>

#include <tl/expected.hpp>

#include "agent/loop/loop.h"
#include "agent/loop/socket_address.h"
#include "swim/bytes.h"

namespace hearsay::agent::mdns {

enum class Family : std::uint8_t { v4, v6 };

/// The group of RFC 6762, section 3: 224.0.0.251 or ff02::fb, port 5353.
[[nodiscard]] swim::Endpoint group(Family family) noexcept;

class Socket {
 public:
  static constexpr std::size_t datagram_max = 9000;  // RFC 6762, section 17
  /// The views are good during the call only.
  using OnDatagram = std::function<void(const loop::SocketAddress& from, swim::Bytes datagram)>;

  /// Hears what is said to the group, beside others on this host who do. `interface`: its index, 0 for
  /// the system's choice. The error is a code for loop::describe_error().
  static tl::expected<Socket, int> listen(loop::Loop& loop, Family family, unsigned interface,
                                          OnDatagram on_datagram);
  /// Asks from a port of its own, where the answers come back to.
  static tl::expected<Socket, int> ask(loop::Loop& loop, Family family, unsigned interface,
                                       OnDatagram on_datagram);

  Socket(Socket&&) noexcept;
  Socket& operator=(Socket&&) noexcept;
  ~Socket();

  /// 0, or a code for loop::describe_error().
  int send(const loop::SocketAddress& to, swim::Bytes datagram) noexcept;
  int send_to_group(swim::Bytes datagram) noexcept;

 private:
  struct State;
  explicit Socket(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace hearsay::agent::mdns
